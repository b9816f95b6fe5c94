-- How many tasks of each run are in which status, kept with every change, so that whoever lists runs counts no tasks.
CREATE TABLE "run_counts" (
    "run_id" VARCHAR(64) NOT NULL,
    "queued" INTEGER NOT NULL,
    "running" INTEGER NOT NULL,
    "succeeded" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "awaiting_approval" INTEGER NOT NULL,
    "skipped" INTEGER NOT NULL,
    "is_open" BOOLEAN NOT NULL GENERATED ALWAYS AS ("queued" + "running" + "awaiting_approval" > 0) STORED,
    CONSTRAINT "run_counts_pkey" PRIMARY KEY ("run_id"),
    CONSTRAINT "run_counts_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs" ("run_id") ON DELETE CASCADE
) WITH (fillfactor = 50);
CREATE INDEX "idx_run_counts_open" ON "run_counts" ("run_id") WHERE "is_open";

-- Once a statement, not once a row: a row that is changed again and again in one transaction gets slower each time.
CREATE FUNCTION "agents_tasks_keep_counts"() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER "agents_tasks_count_new" AFTER INSERT ON "agents_tasks" REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION "agents_tasks_keep_counts"();
CREATE TRIGGER "agents_tasks_count_changed" AFTER UPDATE ON "agents_tasks" REFERENCING OLD TABLE AS went NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION "agents_tasks_keep_counts"();
CREATE TRIGGER "agents_tasks_count_gone" AFTER DELETE ON "agents_tasks" REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION "agents_tasks_keep_counts"();

-- The triggers hold off other writers until the end, so nothing is counted twice or left out.
INSERT INTO "run_counts" ("run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped")
    SELECT "run_id", count(*) FILTER (WHERE "status" = 'queued'), count(*) FILTER (WHERE "status" = 'running'),
        count(*) FILTER (WHERE "status" = 'succeeded'), count(*) FILTER (WHERE "status" = 'failed'),
        count(*) FILTER (WHERE "status" = 'awaiting_approval'), count(*) FILTER (WHERE "status" = 'skipped')
    FROM "agents_tasks" GROUP BY "run_id";

-- Which runs have a content, and which contents are old: asked for each content that may be deleted.
CREATE INDEX "idx_runs_plan_hash" ON "runs" ("plan_hash") WHERE "plan_hash" IS NOT NULL;
CREATE INDEX "idx_plans_registered_at" ON "plans" ("registered_at", "hash");

-- Each pair of an action and an outcome is a list in the order of the record.
CREATE INDEX "idx_decisions_action_outcome" ON "decisions" ("action", "outcome", "id");
