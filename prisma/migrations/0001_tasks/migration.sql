-- Runs, tasks and the answers kept for idempotency keys.
CREATE TABLE "runs" (
    "run_id" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "runs_pkey" PRIMARY KEY ("run_id")
);
CREATE INDEX "idx_runs_created_at_run_id" ON "runs" ("created_at", "run_id");

CREATE TABLE "agents_tasks" (
    "id" SERIAL NOT NULL,
    "task" VARCHAR(64) NOT NULL,
    "run_id" VARCHAR(64) NOT NULL,
    "status" VARCHAR(32) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "duration_ms" INTEGER,
    "inputs" JSONB,
    "outputs_uri" VARCHAR(512),
    "log_excerpt" TEXT,
    "approval_state" VARCHAR(32),
    "approver" VARCHAR(128),
    "approval_note" TEXT,
    "webhook_notified_at" TIMESTAMPTZ(3),
    "webhook_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "moved_seq" BIGINT,
    CONSTRAINT "agents_tasks_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "agents_tasks_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs" ("run_id"),
    CONSTRAINT "agents_tasks_status_check" CHECK ("status" IN ('queued', 'running', 'succeeded', 'failed', 'awaiting_approval', 'skipped')),
    CONSTRAINT "agents_tasks_approval_state_check" CHECK ("approval_state" IN ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
    CONSTRAINT "agents_tasks_duration_ms_check" CHECK ("duration_ms" >= 0)
);

-- A backward scan of an index (started_at, id) is the order (started_at DESC NULLS FIRST, id DESC) of every list.
CREATE INDEX "idx_agents_tasks_run_id" ON "agents_tasks" ("run_id");
CREATE INDEX "idx_agents_tasks_started_at" ON "agents_tasks" ("started_at");
CREATE INDEX "idx_agents_tasks_started_id_desc" ON "agents_tasks" ("started_at", "id");
CREATE INDEX "idx_agents_tasks_run_started_id" ON "agents_tasks" ("run_id", "started_at", "id");
CREATE INDEX "idx_agents_tasks_status_started_id" ON "agents_tasks" ("status", "started_at", "id");
CREATE INDEX "idx_agents_tasks_task_started_id" ON "agents_tasks" ("task", "started_at", "id");
CREATE INDEX "idx_agents_tasks_task_status_started_id" ON "agents_tasks" ("task", "status", "started_at", "id");
CREATE INDEX "idx_agents_tasks_approval_started_id" ON "agents_tasks" ("approval_state", "started_at", "id") WHERE "approval_state" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_moved_seq" ON "agents_tasks" ("moved_seq") WHERE "moved_seq" IS NOT NULL;

-- The run of a task exists from the moment of its first task, whoever writes it.
CREATE FUNCTION "agents_tasks_ensure_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "runs" ("run_id") VALUES (NEW."run_id") ON CONFLICT DO NOTHING;
    RETURN NEW;
END
$$;
CREATE TRIGGER "agents_tasks_ensure_run" BEFORE INSERT ON "agents_tasks"
    FOR EACH ROW EXECUTE FUNCTION "agents_tasks_ensure_run"();

-- A row whose started_at changes gets the next number: a walk that began before that number keeps it in its old place.
CREATE SEQUENCE "agents_tasks_moves" AS BIGINT;
SELECT setval('agents_tasks_moves', 1);
CREATE FUNCTION "agents_tasks_number_move"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."moved_seq" := nextval('agents_tasks_moves');
    RETURN NEW;
END
$$;
CREATE TRIGGER "agents_tasks_number_move" BEFORE UPDATE OF "started_at" ON "agents_tasks"
    FOR EACH ROW WHEN (OLD."started_at" IS DISTINCT FROM NEW."started_at")
    EXECUTE FUNCTION "agents_tasks_number_move"();

CREATE TABLE "idempotency_keys" (
    "viewer" VARCHAR(128) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "request_hash" CHAR(64) NOT NULL,
    "response" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("viewer", "key")
);
CREATE INDEX "idx_idempotency_keys_created_at" ON "idempotency_keys" ("created_at");
