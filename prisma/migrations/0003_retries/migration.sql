-- Retries by hand, runs by the name of their plan, queues that are no longer used, and what schedules did.
ALTER TABLE "plans" ADD COLUMN "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX "idx_plans_name_registered_at" ON "plans" ("name", "registered_at");

-- How many attempts there had been when the task was last retried by hand: its tries are counted from there.
ALTER TABLE "agents_tasks" ADD COLUMN "attempt_base" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "task_queues" ADD COLUMN "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX "idx_task_queues_used_at" ON "task_queues" ("used_at");

-- When a worker last asked for tasks of a run that it alone runs.
ALTER TABLE "runs" ADD COLUMN "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
CREATE INDEX "idx_runs_exclusive_seen_at" ON "runs" ("seen_at") WHERE "scope" LIKE 'run-%';

CREATE TABLE "schedule_ticks" (
    "plan" VARCHAR(64) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "run_id" VARCHAR(64),
    "reason" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "schedule_ticks_pkey" PRIMARY KEY ("plan", "due_at"),
    CONSTRAINT "schedule_ticks_outcome_check" CHECK ("outcome" IN ('started', 'made_up', 'missed', 'skipped', 'failed'))
);
CREATE INDEX "idx_schedule_ticks_due_at" ON "schedule_ticks" ("due_at");
