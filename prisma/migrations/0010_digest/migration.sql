-- What is told with the next morning's digest; and the days whose digest was made.
CREATE TABLE "digest_entries" (
    "id" BIGSERIAL NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "run_id" VARCHAR(64) NOT NULL,
    "task_id" INTEGER,
    "facts" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "digest_entries_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "digests" (
    "day" DATE NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "digests_pkey" PRIMARY KEY ("day")
);
-- Whether a step failed in the run before is looked up each time that it ends.
CREATE INDEX "idx_agents_tasks_task_step_id" ON "agents_tasks" ("task", "id" DESC) WHERE "step" IS NOT NULL;
