-- Who asked for work, and for what, so that a task that nobody asks for can be told from one whose workers are busy.
CREATE TABLE "worker_looks" (
    "worker" VARCHAR(128) NOT NULL,
    "wants" VARCHAR(32) NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "labels" TEXT[] NOT NULL,
    "up_since" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "worker_looks_pkey" PRIMARY KEY ("worker", "wants")
);

-- Jobs that could be taken and that no fitting worker asks for. A row holds for its job alone: one that was taken, or
-- that another took the place of, leaves it behind, and the next look removes it.
CREATE TABLE "unclaimed_jobs" (
    "job_id" UUID NOT NULL,
    "task_id" INTEGER NOT NULL,
    "queue" VARCHAR(128) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "silent_ms" BIGINT NOT NULL,
    "after_ms" BIGINT NOT NULL,
    "fails_ms" BIGINT NOT NULL,
    "told_at" TIMESTAMPTZ(3),
    CONSTRAINT "unclaimed_jobs_pkey" PRIMARY KEY ("job_id"),
    CONSTRAINT "unclaimed_jobs_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "agents_tasks" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_unclaimed_jobs_task_id" ON "unclaimed_jobs" ("task_id");

-- Time in which nobody looked counts for nobody: how much of it there was in all, and since when looks have come in time.
ALTER TABLE "sweeps"
    ADD COLUMN "unbroken_since" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    ADD COLUMN "silent_ms" BIGINT NOT NULL DEFAULT 0;

-- When it was told that a due time came to nothing.
ALTER TABLE "schedule_ticks" ADD COLUMN "told_at" TIMESTAMPTZ(3);
ALTER TABLE "digest_entries" ALTER COLUMN "run_id" DROP NOT NULL;
