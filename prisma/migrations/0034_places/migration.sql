-- Places and locks are taken with the lease. What a task waits for stands in its row: `ready_at` says since when all that
-- it needs has succeeded, `aside` that it stands aside for a lock or for open work of an earlier run, and since when.
ALTER TABLE "agents_tasks"
    ADD COLUMN "ready_at" TIMESTAMPTZ(3),
    ADD COLUMN "aside" VARCHAR(16),
    ADD COLUMN "aside_since" TIMESTAMPTZ(6),
    ADD CONSTRAINT "agents_tasks_aside_check" CHECK ("aside" IN ('lock', 'open_work'));

-- How many of a run's tasks may run at once.
ALTER TABLE "runs" ADD COLUMN "places" INTEGER NOT NULL DEFAULT 1;

UPDATE "runs" SET "places" = coalesce(("definition" ->> 'concurrency')::int, 1) FROM "plans"
    WHERE "plans"."hash" = "runs"."plan_hash" AND EXISTS (SELECT 1 FROM "agents_tasks"
        WHERE "agents_tasks"."run_id" = "runs"."run_id" AND "status" IN ('queued', 'running', 'awaiting_approval'));

-- Runs that are under way: what is in the queue is ready, and so is what waits for a place or a lock only.
WITH "open" AS (
        SELECT "task"."id", "task"."run_id", "task"."lock_key", "runs"."left_out", "task"."job_id",
            "plans"."definition" -> 'steps' AS "steps", "plans"."definition" -> 'steps' -> "task"."step" AS "own", "task"."gate"
        FROM "agents_tasks" "task" JOIN "runs" USING ("run_id") JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
        WHERE "task"."status" = 'queued' AND "task"."step" IS NOT NULL),
    "ready" AS (
        SELECT "id", "job_id" IS NULL AND "lock_key" IS NOT NULL AS "waits" FROM "open"
        WHERE "job_id" IS NOT NULL OR (coalesce(jsonb_typeof("own" -> 'gate'), 'null') = 'null' OR "gate" = 'approved') AND NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements_text("own" -> 'needs') AS "need"("name")
                JOIN jsonb_array_elements("open"."steps") WITH ORDINALITY AS "step"("value", "number") ON "step"."value" ->> 'task' = "need"."name"
            WHERE "step"."number" - 1 <> ALL ("open"."left_out") AND NOT EXISTS (
                SELECT 1 FROM "agents_tasks" "done" WHERE "done"."run_id" = "open"."run_id" AND "done"."step" = "step"."number" - 1
                    AND "done"."status" = 'succeeded')))
    UPDATE "agents_tasks" SET "ready_at" = now(), "due_at" = coalesce("due_at", now()),
        "aside" = CASE WHEN "waits" THEN 'lock' END, "aside_since" = CASE WHEN "waits" THEN now() END
    FROM "ready" WHERE "ready"."id" = "agents_tasks"."id";

-- Of those that hold a lock and wait in the queue or pause, none holds it any more.
DELETE FROM "task_locks" USING "agents_tasks" WHERE "agents_tasks"."id" = "task_id" AND "status" <> 'running'
    AND NOT EXISTS (SELECT 1 FROM "task_attempts" WHERE "task_attempts"."task_id" = "agents_tasks"."id" AND "finished_at" IS NULL);

DROP INDEX "idx_agents_tasks_waiting_lock";
CREATE INDEX "idx_agents_tasks_running" ON "agents_tasks" ("run_id") WHERE "status" = 'running' AND "step" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_in_queue" ON "agents_tasks" ("run_id", "step") WHERE "status" = 'queued' AND "job_id" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_ready" ON "agents_tasks" ("run_id", "step")
    WHERE "status" = 'queued' AND "job_id" IS NULL AND "ready_at" IS NOT NULL AND "aside" IS NULL;
CREATE INDEX "idx_agents_tasks_aside" ON "agents_tasks" ("lock_key", "aside_since", "id")
    WHERE "status" = 'queued' AND "job_id" IS NULL AND "aside" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_lock_in_queue" ON "agents_tasks" ("lock_key", "due_at")
    WHERE "status" = 'queued' AND "job_id" IS NOT NULL AND "lock_key" IS NOT NULL;
