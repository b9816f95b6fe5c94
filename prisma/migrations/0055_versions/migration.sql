-- Each row that a page shows has a number that rises with every change of it, so that whoever hears of a change knows
-- whether it is news, and which of two readings is the later.
ALTER TABLE "agents_tasks" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "approvals" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "run_counts" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

CREATE FUNCTION "raise_version"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."version" := OLD."version" + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER "agents_tasks_raise_version" BEFORE UPDATE ON "agents_tasks"
    FOR EACH ROW EXECUTE FUNCTION "raise_version"();
CREATE TRIGGER "approvals_raise_version" BEFORE UPDATE ON "approvals"
    FOR EACH ROW EXECUTE FUNCTION "raise_version"();

-- What is decided about an approval, votes among it, belongs to it.
CREATE FUNCTION "approvals_note_decision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "approvals" SET "version" = "version" + 1 WHERE "id" = NEW."approval_id";
    RETURN NULL;
END
$$;
CREATE TRIGGER "approvals_note_decision" AFTER INSERT ON "decisions"
    FOR EACH ROW WHEN (NEW."approval_id" IS NOT NULL AND NEW."outcome" NOT IN ('refused', 'repeated'))
    EXECUTE FUNCTION "approvals_note_decision"();

-- A run changes with the counts of its tasks, and with the first start and the last end among them.
CREATE OR REPLACE FUNCTION "agents_tasks_keep_counts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO "run_counts" AS kept ("run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped")
        SELECT "run_id", count(*) FILTER (WHERE "status" = 'queued'), count(*) FILTER (WHERE "status" = 'running'),
            count(*) FILTER (WHERE "status" = 'succeeded'), count(*) FILTER (WHERE "status" = 'failed'),
            count(*) FILTER (WHERE "status" = 'awaiting_approval'), count(*) FILTER (WHERE "status" = 'skipped')
        FROM came GROUP BY "run_id" ORDER BY "run_id"
        ON CONFLICT ("run_id") DO UPDATE SET "queued" = kept."queued" + excluded."queued",
            "running" = kept."running" + excluded."running", "succeeded" = kept."succeeded" + excluded."succeeded",
            "failed" = kept."failed" + excluded."failed", "skipped" = kept."skipped" + excluded."skipped",
            "awaiting_approval" = kept."awaiting_approval" + excluded."awaiting_approval", "version" = kept."version" + 1;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM "run_counts" WHERE "run_id" IN (SELECT "run_id" FROM went) ORDER BY "run_id" FOR UPDATE;
        UPDATE "run_counts" SET "queued" = "run_counts"."queued" - gone."queued",
            "running" = "run_counts"."running" - gone."running", "succeeded" = "run_counts"."succeeded" - gone."succeeded",
            "failed" = "run_counts"."failed" - gone."failed", "skipped" = "run_counts"."skipped" - gone."skipped",
            "awaiting_approval" = "run_counts"."awaiting_approval" - gone."awaiting_approval",
            "version" = "run_counts"."version" + 1
        FROM (SELECT "run_id", count(*) FILTER (WHERE "status" = 'queued') AS "queued",
                count(*) FILTER (WHERE "status" = 'running') AS "running",
                count(*) FILTER (WHERE "status" = 'succeeded') AS "succeeded",
                count(*) FILTER (WHERE "status" = 'failed') AS "failed",
                count(*) FILTER (WHERE "status" = 'awaiting_approval') AS "awaiting_approval",
                count(*) FILTER (WHERE "status" = 'skipped') AS "skipped"
            FROM went GROUP BY "run_id" ORDER BY "run_id") gone
        WHERE "run_counts"."run_id" = gone."run_id";
    ELSE
        INSERT INTO "run_counts" AS kept ("run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped")
        SELECT "run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped" FROM (
            SELECT "run_id", coalesce(sum(n) FILTER (WHERE "status" = 'queued'), 0) AS "queued",
                coalesce(sum(n) FILTER (WHERE "status" = 'running'), 0) AS "running",
                coalesce(sum(n) FILTER (WHERE "status" = 'succeeded'), 0) AS "succeeded",
                coalesce(sum(n) FILTER (WHERE "status" = 'failed'), 0) AS "failed",
                coalesce(sum(n) FILTER (WHERE "status" = 'awaiting_approval'), 0) AS "awaiting_approval",
                coalesce(sum(n) FILTER (WHERE "status" = 'skipped'), 0) AS "skipped",
                min("started_at") FILTER (WHERE n = 1) IS DISTINCT FROM min("started_at") FILTER (WHERE n = -1)
                    OR max("finished_at") FILTER (WHERE n = 1) IS DISTINCT FROM max("finished_at") FILTER (WHERE n = -1) AS "moved"
            FROM (SELECT "run_id", "status", "started_at", "finished_at", 1 AS n FROM came
                UNION ALL SELECT "run_id", "status", "started_at", "finished_at", -1 FROM went) both_sides
            GROUP BY "run_id") change
        WHERE "moved" OR ("queued", "running", "succeeded", "failed", "awaiting_approval", "skipped") <> (0, 0, 0, 0, 0, 0)
        ORDER BY "run_id"
        ON CONFLICT ("run_id") DO UPDATE SET "queued" = kept."queued" + excluded."queued",
            "running" = kept."running" + excluded."running", "succeeded" = kept."succeeded" + excluded."succeeded",
            "failed" = kept."failed" + excluded."failed", "skipped" = kept."skipped" + excluded."skipped",
            "awaiting_approval" = kept."awaiting_approval" + excluded."awaiting_approval", "version" = kept."version" + 1;
    END IF;
    RETURN NULL;
END
$$;
