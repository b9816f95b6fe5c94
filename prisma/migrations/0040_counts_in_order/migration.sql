-- All three lock the counts of several runs in the order of the runs: an UPDATE alone takes them in any order, and two
-- that delete and change tasks of the same runs waited for each other.
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
            "awaiting_approval" = kept."awaiting_approval" + excluded."awaiting_approval";
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM "run_counts" WHERE "run_id" IN (SELECT "run_id" FROM went) ORDER BY "run_id" FOR UPDATE;
        UPDATE "run_counts" SET "queued" = "run_counts"."queued" - gone."queued",
            "running" = "run_counts"."running" - gone."running", "succeeded" = "run_counts"."succeeded" - gone."succeeded",
            "failed" = "run_counts"."failed" - gone."failed", "skipped" = "run_counts"."skipped" - gone."skipped",
            "awaiting_approval" = "run_counts"."awaiting_approval" - gone."awaiting_approval"
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
        SELECT * FROM (
            SELECT "run_id", coalesce(sum(n) FILTER (WHERE "status" = 'queued'), 0) AS "queued",
                coalesce(sum(n) FILTER (WHERE "status" = 'running'), 0) AS "running",
                coalesce(sum(n) FILTER (WHERE "status" = 'succeeded'), 0) AS "succeeded",
                coalesce(sum(n) FILTER (WHERE "status" = 'failed'), 0) AS "failed",
                coalesce(sum(n) FILTER (WHERE "status" = 'awaiting_approval'), 0) AS "awaiting_approval",
                coalesce(sum(n) FILTER (WHERE "status" = 'skipped'), 0) AS "skipped"
            FROM (SELECT "run_id", "status", 1 AS n FROM came UNION ALL SELECT "run_id", "status", -1 FROM went) moved
            GROUP BY "run_id") change
        WHERE ("queued", "running", "succeeded", "failed", "awaiting_approval", "skipped") <> (0, 0, 0, 0, 0, 0)
        ORDER BY "run_id"
        ON CONFLICT ("run_id") DO UPDATE SET "queued" = kept."queued" + excluded."queued",
            "running" = kept."running" + excluded."running", "succeeded" = kept."succeeded" + excluded."succeeded",
            "failed" = kept."failed" + excluded."failed", "skipped" = kept."skipped" + excluded."skipped",
            "awaiting_approval" = kept."awaiting_approval" + excluded."awaiting_approval";
    END IF;
    RETURN NULL;
END
$$;
