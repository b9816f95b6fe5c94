-- The engine: plans by their content, runs of plans, attempts under leases, locks and queues.
CREATE TABLE "plans" (
    "hash" CHAR(64) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "definition" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "plans_pkey" PRIMARY KEY ("hash")
);

ALTER TABLE "runs"
    ADD COLUMN "plan_hash" CHAR(64),
    ADD COLUMN "scope" VARCHAR(80),
    ADD COLUMN "inputs" JSONB,
    ADD COLUMN "started_by" VARCHAR(128),
    ADD CONSTRAINT "runs_plan_hash_fkey" FOREIGN KEY ("plan_hash") REFERENCES "plans" ("hash");

-- A task with a step is run by the engine; without one it belongs to an outside reporter.
ALTER TABLE "agents_tasks"
    ADD COLUMN "step" INTEGER,
    ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "job_id" UUID,
    ADD COLUMN "lock_key" VARCHAR(64),
    ADD COLUMN "outputs" JSONB,
    ADD COLUMN "reason" TEXT;
CREATE UNIQUE INDEX "idx_agents_tasks_run_step" ON "agents_tasks" ("run_id", "step") WHERE "step" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_waiting_lock" ON "agents_tasks" ("lock_key")
    WHERE "lock_key" IS NOT NULL AND "status" = 'queued' AND "job_id" IS NULL;

CREATE TABLE "task_attempts" (
    "lease_id" UUID NOT NULL,
    "task_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "worker" VARCHAR(128) NOT NULL,
    "request_id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(16),
    "exit_code" INTEGER,
    "signal" VARCHAR(32),
    "duration_ms" INTEGER,
    "outputs_uri" VARCHAR(512),
    "log_excerpt" TEXT,
    "report_hash" CHAR(64),
    CONSTRAINT "task_attempts_pkey" PRIMARY KEY ("lease_id"),
    CONSTRAINT "task_attempts_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "agents_tasks" ("id") ON DELETE CASCADE,
    CONSTRAINT "task_attempts_ended_by_check" CHECK ("ended_by" IN ('exit', 'signal', 'timeout', 'idle', 'lost', 'cancelled', 'interrupted', 'unstartable', 'condition'))
);
CREATE UNIQUE INDEX "idx_task_attempts_task_number" ON "task_attempts" ("task_id", "number");
CREATE UNIQUE INDEX "idx_task_attempts_request" ON "task_attempts" ("request_id");
CREATE INDEX "idx_task_attempts_open_leases" ON "task_attempts" ("lease_expires_at") WHERE "finished_at" IS NULL;

-- Who holds a key that no two running tasks may share.
CREATE TABLE "task_locks" (
    "key" VARCHAR(64) NOT NULL,
    "task_id" INTEGER NOT NULL,
    CONSTRAINT "task_locks_pkey" PRIMARY KEY ("key"),
    CONSTRAINT "task_locks_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "agents_tasks" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_task_locks_task_id" ON "task_locks" ("task_id");

-- The queues there are: which tasks stand in each, and what a worker must be labelled with to take them.
CREATE TABLE "task_queues" (
    "name" VARCHAR(128) NOT NULL,
    "scope" VARCHAR(80) NOT NULL,
    "labels" TEXT[] NOT NULL,
    CONSTRAINT "task_queues_pkey" PRIMARY KEY ("name")
);
CREATE INDEX "idx_task_queues_scope" ON "task_queues" ("scope");
