-- What runs are filtered by stands beside their counts, so that each filter is one range of an index in the order of the
-- list. The status of a run is made of its counts.
ALTER TABLE "run_counts"
    ADD COLUMN "created_at" TIMESTAMPTZ(3),
    ADD COLUMN "plan" VARCHAR(64),
    ADD COLUMN "project" VARCHAR(128),
    ADD COLUMN "status" VARCHAR(32) NOT NULL GENERATED ALWAYS AS (CASE
        WHEN "running" > 0 THEN 'running'
        WHEN "awaiting_approval" > 0 THEN 'awaiting_approval'
        WHEN "queued" > 0 AND "succeeded" + "failed" + "skipped" > 0 THEN 'running'
        WHEN "queued" > 0 THEN 'queued'
        WHEN "failed" > 0 THEN 'failed'
        WHEN "succeeded" > 0 THEN 'succeeded'
        ELSE 'skipped' END) STORED;
UPDATE "run_counts" SET "created_at" = "runs"."created_at", "plan" = "plans"."name", "project" = "plans"."project"
    FROM "runs" LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash" WHERE "runs"."run_id" = "run_counts"."run_id";
ALTER TABLE "run_counts" ALTER COLUMN "created_at" SET NOT NULL;

CREATE INDEX "idx_run_counts_status" ON "run_counts" ("status", "created_at", "run_id");
CREATE INDEX "idx_run_counts_plan" ON "run_counts" ("plan", "status", "created_at", "run_id") WHERE "plan" IS NOT NULL;
CREATE INDEX "idx_run_counts_project" ON "run_counts" ("project", "status", "created_at", "run_id") WHERE "project" IS NOT NULL;
CREATE INDEX "idx_run_counts_project_plan" ON "run_counts" ("project", "plan", "status", "created_at", "run_id")
    WHERE "plan" IS NOT NULL;

-- The labels that the steps of a run demand of workers.
CREATE TABLE "run_labels" (
    "label" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "run_id" VARCHAR(64) NOT NULL,
    CONSTRAINT "run_labels_pkey" PRIMARY KEY ("label", "created_at", "run_id"),
    CONSTRAINT "run_labels_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "runs" ("run_id") ON DELETE CASCADE
);
CREATE INDEX "idx_run_labels_run_id" ON "run_labels" ("run_id");

CREATE FUNCTION "labels_of_run"("plan_hash" bpchar, "left_out" integer[]) RETURNS SETOF text STABLE LANGUAGE sql AS $$
    SELECT DISTINCT label FROM "plans", jsonb_array_elements("definition" -> 'steps') WITH ORDINALITY AS step ("value", "number"),
        jsonb_array_elements_text(CASE jsonb_typeof(step."value" -> 'labels') WHEN 'array' THEN step."value" -> 'labels'
            ELSE '[]' END) label
    WHERE "hash" = $1 AND step."number" - 1 <> ALL ($2)
$$;
CREATE FUNCTION "runs_keep_labels"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "run_labels" ("label", "created_at", "run_id")
        SELECT label, NEW."created_at", NEW."run_id" FROM "labels_of_run"(NEW."plan_hash", NEW."left_out") label;
    RETURN NULL;
END
$$;
CREATE TRIGGER "runs_keep_labels" AFTER INSERT ON "runs"
    FOR EACH ROW WHEN (NEW."plan_hash" IS NOT NULL) EXECUTE FUNCTION "runs_keep_labels"();
INSERT INTO "run_labels" ("label", "created_at", "run_id")
    SELECT label, "created_at", "run_id" FROM "runs", "labels_of_run"("plan_hash", "left_out") label WHERE "plan_hash" IS NOT NULL;

-- A content that comes to another project brings its runs. Whoever starts a run of it just now is waited for.
CREATE FUNCTION "plans_move_runs"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM "plans" WHERE "hash" = NEW."hash" FOR UPDATE;
    PERFORM 1 FROM "run_counts" WHERE "run_id" IN (SELECT "run_id" FROM "runs" WHERE "plan_hash" = NEW."hash")
        ORDER BY "run_id" FOR UPDATE;
    UPDATE "run_counts" SET "project" = NEW."project", "version" = "version" + 1
        WHERE "run_id" IN (SELECT "run_id" FROM "runs" WHERE "plan_hash" = NEW."hash");
    RETURN NULL;
END
$$;
CREATE TRIGGER "plans_move_runs" AFTER UPDATE OF "project" ON "plans"
    FOR EACH ROW WHEN (OLD."project" IS DISTINCT FROM NEW."project") EXECUTE FUNCTION "plans_move_runs"();

CREATE OR REPLACE FUNCTION "agents_tasks_keep_counts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO "run_counts" AS kept ("run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped",
            "created_at", "plan", "project")
        SELECT counted.*, "runs"."created_at", "plans"."name", "plans"."project" FROM (
            SELECT "run_id", count(*) FILTER (WHERE "status" = 'queued') AS "queued",
                count(*) FILTER (WHERE "status" = 'running') AS "running",
                count(*) FILTER (WHERE "status" = 'succeeded') AS "succeeded",
                count(*) FILTER (WHERE "status" = 'failed') AS "failed",
                count(*) FILTER (WHERE "status" = 'awaiting_approval') AS "awaiting_approval",
                count(*) FILTER (WHERE "status" = 'skipped') AS "skipped"
            FROM came GROUP BY "run_id") counted
        JOIN "runs" ON "runs"."run_id" = counted."run_id" LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
        ORDER BY counted."run_id"
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
        INSERT INTO "run_counts" AS kept ("run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped",
            "created_at", "plan", "project")
        SELECT change."run_id", "queued", "running", "succeeded", "failed", "awaiting_approval", "skipped",
            "runs"."created_at", "plans"."name", "plans"."project" FROM (
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
        JOIN "runs" ON "runs"."run_id" = change."run_id" LEFT JOIN "plans" ON "plans"."hash" = "runs"."plan_hash"
        WHERE "moved" OR ("queued", "running", "succeeded", "failed", "awaiting_approval", "skipped") <> (0, 0, 0, 0, 0, 0)
        ORDER BY change."run_id"
        ON CONFLICT ("run_id") DO UPDATE SET "queued" = kept."queued" + excluded."queued",
            "running" = kept."running" + excluded."running", "succeeded" = kept."succeeded" + excluded."succeeded",
            "failed" = kept."failed" + excluded."failed", "skipped" = kept."skipped" + excluded."skipped",
            "awaiting_approval" = kept."awaiting_approval" + excluded."awaiting_approval", "version" = kept."version" + 1;
    END IF;
    RETURN NULL;
END
$$;
