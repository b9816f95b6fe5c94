-- Figures over long times are read from cells: how many facts of one kind fell into a quarter of an hour, a day of
-- UTC or a week of such days.

-- The bucket of a duration in milliseconds: 0 for none, 1 for one millisecond, each further one a tenth wider than the
-- one before; -1 where nothing was measured. domain/trends/histogram.ts has the way back.
CREATE FUNCTION "trend_bucket"("ms" bigint) RETURNS integer IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 IS NULL THEN -1 WHEN $1 <= 0 THEN 0 ELSE 1 + ceil(ln($1::float8) / ln(1.1::float8))::integer END
$$;

-- Facts: a task once its command has started, the outcome of a run, the end of an approval.
CREATE TABLE "trend_settled_runs" (
    "run_id" VARCHAR(64) NOT NULL,
    CONSTRAINT "trend_settled_runs_pkey" PRIMARY KEY ("run_id")
);
CREATE VIEW "trend_facts" AS
    SELECT 'step'::text AS "subject", "tasks"."id" AS "task_id", "tasks"."run_id" AS "run_id", "tasks"."started_at" AS "at",
        coalesce("plans"."project", '')::text AS "project", coalesce("plans"."name", '')::text AS "plan", "tasks"."task"::text AS "task",
        CASE WHEN "tasks"."status" IN ('succeeded', 'awaiting_approval') OR "tasks"."status" IN ('failed', 'skipped')
                AND coalesce("tasks"."approval_state" IN ('rejected', 'expired', 'cancelled'), false)
            THEN CASE WHEN "tasks"."attempts" > 1 AND EXISTS (SELECT 1 FROM "task_attempts" "tried"
                    WHERE "tried"."task_id" = "tasks"."id" AND "tried"."number" < "tasks"."attempts"
                        AND "tried"."ended_by" IN ('exit', 'signal', 'timeout', 'idle', 'unstartable'))
                THEN 'recovered' ELSE 'succeeded' END
            WHEN "tasks"."status" IN ('failed', 'skipped') THEN "tasks"."status"::text ELSE 'open' END AS "outcome",
        CASE WHEN "tasks"."status" NOT IN ('queued', 'running') THEN "tasks"."duration_ms"::bigint END AS "ms", false AS "is_settled"
    FROM "agents_tasks" "tasks" JOIN "runs" ON "runs"."run_id" = "tasks"."run_id"
        LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
    WHERE "tasks"."started_at" IS NOT NULL
UNION ALL
    SELECT 'run', NULL, "runs"."run_id", "runs"."created_at", coalesce("plans"."project", ''), coalesce("plans"."name", ''), '',
        CASE WHEN "kept"."failed" > 0 THEN 'failed' WHEN "kept"."queued" + "kept"."running" > 0 THEN 'open'
            WHEN "kept"."awaiting_approval" > 0 THEN 'awaiting_approval' WHEN "kept"."succeeded" > 0 THEN 'succeeded'
            ELSE 'skipped' END,
        NULL, EXISTS (SELECT 1 FROM "trend_settled_runs" "settled" WHERE "settled"."run_id" = "runs"."run_id")
    FROM "runs" JOIN "run_counts" "kept" ON "kept"."run_id" = "runs"."run_id"
        LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
    WHERE "kept"."queued" + "kept"."running" + "kept"."succeeded" + "kept"."failed" + "kept"."awaiting_approval" + "kept"."skipped" > 0
UNION ALL
    SELECT 'approval', "tasks"."id", "tasks"."run_id", "approvals"."ended_at", coalesce("plans"."project", ''),
        coalesce("plans"."name", ''), "tasks"."task", "approvals"."state",
        CASE WHEN "approvals"."state" IN ('approved', 'rejected') THEN greatest(0,
            round(extract(epoch FROM "approvals"."ended_at" - "approvals"."requested_at") * 1000))::bigint END, false
    FROM "approvals" JOIN "agents_tasks" "tasks" ON "tasks"."id" = "approvals"."task_id"
        JOIN "runs" ON "runs"."run_id" = "tasks"."run_id" LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
    WHERE "approvals"."ended_at" IS NOT NULL AND "approvals"."state" <> 'pending';

-- Facts are looked for by when approvals ended too.
CREATE INDEX "idx_approvals_ended_at" ON "approvals" ("ended_at") WHERE "ended_at" IS NOT NULL;

CREATE TABLE "trend_cells" (
    "id" BIGSERIAL NOT NULL,
    "subject" VARCHAR(16) NOT NULL,
    "grain" VARCHAR(16) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "project" VARCHAR(128) NOT NULL,
    "plan" VARCHAR(64) NOT NULL,
    "task" VARCHAR(64) NOT NULL,
    "outcome" VARCHAR(32) NOT NULL,
    "is_deleted" BOOLEAN NOT NULL,
    "total" INTEGER NOT NULL,
    "buckets" INTEGER[] NOT NULL,
    "counts" INTEGER[] NOT NULL,
    CONSTRAINT "trend_cells_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "trend_cells_subject_check" CHECK ("subject" IN ('step', 'run', 'approval')),
    CONSTRAINT "trend_cells_grain_check" CHECK ("grain" IN ('quarter', 'day', 'week'))
);
CREATE INDEX "idx_trend_cells_subject_grain_at" ON "trend_cells" ("subject", "grain", "at");

CREATE TABLE "trend_coverage" (
    "one" BOOLEAN NOT NULL DEFAULT true,
    "covered_from" TIMESTAMPTZ(3) NOT NULL,
    "covered_to" TIMESTAMPTZ(3) NOT NULL,
    "is_whole" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "trend_coverage_pkey" PRIMARY KEY ("one"),
    CONSTRAINT "trend_coverage_one_check" CHECK ("one")
);

-- Rows are only added here, so nobody waits for anybody: an hour to count again, or with an outcome a fact that was deleted.
CREATE TABLE "trend_marks" (
    "id" BIGSERIAL NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "subject" VARCHAR(16),
    "at" TIMESTAMPTZ(3),
    "project" VARCHAR(128),
    "plan" VARCHAR(64),
    "task" VARCHAR(64),
    "outcome" VARCHAR(32),
    "ms" BIGINT,
    CONSTRAINT "trend_marks_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "idx_trend_marks_hour" ON "trend_marks" ("hour");

-- Facts of the last two hours need no mark: the sweep counts an hour three hours after it, and reads the rows until then.
CREATE FUNCTION "trends_mark_task"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "trend_marks" ("hour") SELECT DISTINCT date_trunc('hour', "at", 'UTC')
        FROM unnest(CASE WHEN TG_OP = 'INSERT' THEN ARRAY[NEW."started_at"] ELSE ARRAY[OLD."started_at", NEW."started_at"] END) "at"
        WHERE "at" < now() - interval '2 hours';
    RETURN NULL;
END
$$;
CREATE TRIGGER "trends_mark_new_task" AFTER INSERT ON "agents_tasks" FOR EACH ROW
    WHEN (NEW."started_at" < now() - interval '2 hours') EXECUTE FUNCTION "trends_mark_task"();
CREATE TRIGGER "trends_mark_task" AFTER UPDATE ON "agents_tasks" FOR EACH ROW
    WHEN ((OLD."started_at" < now() - interval '2 hours' OR NEW."started_at" < now() - interval '2 hours')
        AND (OLD."status", OLD."started_at", OLD."duration_ms", OLD."approval_state", OLD."attempts")
            IS DISTINCT FROM (NEW."status", NEW."started_at", NEW."duration_ms", NEW."approval_state", NEW."attempts"))
    EXECUTE FUNCTION "trends_mark_task"();

CREATE FUNCTION "trends_mark_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "trend_marks" ("hour") SELECT date_trunc('hour', "created_at", 'UTC') FROM "runs"
        WHERE "run_id" = NEW."run_id" AND "created_at" < now() - interval '2 hours';
    RETURN NULL;
END
$$;
CREATE TRIGGER "trends_mark_new_run" AFTER INSERT ON "run_counts" FOR EACH ROW EXECUTE FUNCTION "trends_mark_run"();
CREATE TRIGGER "trends_mark_run" AFTER UPDATE ON "run_counts" FOR EACH ROW
    WHEN ((OLD."failed" > 0, OLD."queued" + OLD."running" > 0, OLD."awaiting_approval" > 0, OLD."succeeded" > 0, OLD."skipped" > 0)
        IS DISTINCT FROM (NEW."failed" > 0, NEW."queued" + NEW."running" > 0, NEW."awaiting_approval" > 0, NEW."succeeded" > 0, NEW."skipped" > 0))
    EXECUTE FUNCTION "trends_mark_run"();

CREATE FUNCTION "trends_mark_approval"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "trend_marks" ("hour") SELECT DISTINCT date_trunc('hour', "at", 'UTC')
        FROM unnest(CASE WHEN TG_OP = 'INSERT' THEN ARRAY[NEW."ended_at"] ELSE ARRAY[OLD."ended_at", NEW."ended_at"] END) "at"
        WHERE "at" < now() - interval '2 hours';
    RETURN NULL;
END
$$;
CREATE TRIGGER "trends_mark_new_approval" AFTER INSERT ON "approvals" FOR EACH ROW
    WHEN (NEW."ended_at" < now() - interval '2 hours') EXECUTE FUNCTION "trends_mark_approval"();
CREATE TRIGGER "trends_mark_approval" AFTER UPDATE ON "approvals" FOR EACH ROW
    WHEN ((OLD."ended_at" < now() - interval '2 hours' OR NEW."ended_at" < now() - interval '2 hours')
        AND (OLD."state", OLD."ended_at") IS DISTINCT FROM (NEW."state", NEW."ended_at"))
    EXECUTE FUNCTION "trends_mark_approval"();

-- Before a task is deleted, and with it its approvals, what it was is put down. So is the outcome of its run, which nobody
-- can tell from the rest: it stays that from then on.
CREATE FUNCTION "trends_keep_deleted"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "trend_marks" ("hour", "subject", "at", "project", "plan", "task", "outcome", "ms")
        SELECT date_trunc('hour', "at", 'UTC'), "subject", "at", "project", "plan", "task", "outcome", "ms"
        FROM "trend_facts" WHERE "task_id" = OLD."id";
    IF NOT EXISTS (SELECT 1 FROM "trend_settled_runs" WHERE "run_id" = OLD."run_id") THEN
        INSERT INTO "trend_settled_runs" ("run_id") VALUES (OLD."run_id") ON CONFLICT DO NOTHING;
        IF FOUND THEN
            INSERT INTO "trend_marks" ("hour", "subject", "at", "project", "plan", "task", "outcome", "ms")
                SELECT date_trunc('hour', "at", 'UTC'), "subject", "at", "project", "plan", "task", "outcome", "ms"
                FROM "trend_facts" WHERE "subject" = 'run' AND "run_id" = OLD."run_id";
        END IF;
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER "trends_keep_deleted" BEFORE DELETE ON "agents_tasks" FOR EACH ROW EXECUTE FUNCTION "trends_keep_deleted"();

-- Its id may come again, as that of another run.
CREATE FUNCTION "trends_forget_run"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM "trend_settled_runs" WHERE "run_id" = OLD."run_id";
    RETURN NULL;
END
$$;
CREATE TRIGGER "trends_forget_run" AFTER DELETE ON "runs" FOR EACH ROW EXECUTE FUNCTION "trends_forget_run"();
