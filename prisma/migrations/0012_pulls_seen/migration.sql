-- What was seen of each pull request, also before anything waits for it, so that a merge can be told from one that was
-- made or arranged before. Host, owner and name are in lower case.
CREATE TABLE "pulls" (
    "host" VARCHAR(255) NOT NULL,
    "owner" VARCHAR(100) NOT NULL,
    "repo" VARCHAR(100) NOT NULL,
    "number" INTEGER NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "head" VARCHAR(64) NOT NULL,
    "author" VARCHAR(128),
    "author_id" BIGINT,
    "opened_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(128),
    "ended_by_id" BIGINT,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "pushed_at" TIMESTAMPTZ(3),
    "seen_open_at" TIMESTAMPTZ(3),
    "seen_plain_at" TIMESTAMPTZ(3),
    "is_automatic" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "pulls_pkey" PRIMARY KEY ("host", "owner", "repo", "number"),
    CONSTRAINT "pulls_state_check" CHECK ("state" IN ('open', 'closed', 'merged'))
);
CREATE INDEX "idx_pulls_seen_at" ON "pulls" ("seen_at");

-- A review belongs to its pull request: an old one that is told again is old for every approval.
ALTER TABLE "pull_reviews" RENAME TO "approval_reviews";
ALTER TABLE "approval_reviews" RENAME CONSTRAINT "pull_reviews_pkey" TO "approval_reviews_pkey";
ALTER TABLE "approval_reviews" RENAME CONSTRAINT "pull_reviews_approval_id_fkey" TO "approval_reviews_approval_id_fkey";
ALTER TABLE "approval_reviews" RENAME CONSTRAINT "pull_reviews_state_check" TO "approval_reviews_state_check";
CREATE TABLE "pull_reviews" (
    "host" VARCHAR(255) NOT NULL,
    "owner" VARCHAR(100) NOT NULL,
    "repo" VARCHAR(100) NOT NULL,
    "number" INTEGER NOT NULL,
    "review_id" BIGINT NOT NULL,
    "reviewer" VARCHAR(128) NOT NULL,
    "reviewer_id" BIGINT,
    "state" VARCHAR(32) NOT NULL,
    "head" VARCHAR(64) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "heard_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "pull_reviews_pkey" PRIMARY KEY ("host", "owner", "repo", "number", "review_id"),
    CONSTRAINT "pull_reviews_state_check" CHECK ("state" IN ('approved', 'changes_requested', 'dismissed'))
);
CREATE INDEX "idx_pull_reviews_heard_at" ON "pull_reviews" ("heard_at");
INSERT INTO "pull_reviews" ("host", "owner", "repo", "number", "review_id", "reviewer", "state", "head", "heard_at")
    SELECT lower("pull_host"), lower("pull_owner"), lower("pull_repo"), "pull_number", "review_id", "reviewer",
        "approval_reviews"."state", "head", "heard_at"
    FROM "approval_reviews" JOIN "approvals" ON "id" = "approval_id" WHERE "pull_number" IS NOT NULL
    ORDER BY "heard_at" DESC ON CONFLICT DO NOTHING;
ALTER TABLE "approval_reviews" DROP COLUMN "reviewer", DROP COLUMN "head";

-- Which repositories the work of a plan belongs to: the first that a worker came with, until an admin says otherwise. The
-- latest row of a plan counts, and none ever changes.
CREATE TABLE "plan_origins" (
    "id" SERIAL NOT NULL,
    "plan" VARCHAR(64) NOT NULL,
    "origins" TEXT[] NOT NULL,
    "worker" VARCHAR(128),
    "said_by" VARCHAR(128),
    "said_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "plan_origins_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "idx_plan_origins_plan" ON "plan_origins" ("plan", "id");
CREATE UNIQUE INDEX "idx_plan_origins_first" ON "plan_origins" ("plan") WHERE "said_by" IS NULL;
CREATE FUNCTION "plan_origins_stay"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'origins of plans are append-only: % is not possible', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "plan_origins_stay" BEFORE UPDATE OR DELETE ON "plan_origins"
    FOR EACH ROW EXECUTE FUNCTION "plan_origins_stay"();

-- What the worker of an attempt said of its checkout when it asked for work, and the repository that the step names.
ALTER TABLE "task_attempts"
    ADD COLUMN "origin" VARCHAR(450),
    ADD COLUMN "repo" VARCHAR(201);

-- Whether the pull request is one of the task's own repository, so that what its host says of it may end the wait; it is
-- of none that was awaited before this was known. And what whoever decides should know.
ALTER TABLE "approvals"
    ADD COLUMN "pull_own" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "pull_author_id" BIGINT,
    ADD COLUMN "pull_remark" TEXT;

-- The one form of a link to a pull request: host, owner, name, number. However it is written, the same one is the same.
CREATE FUNCTION "pull_of_link"("link" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY["host" || "port", "part"[4], "repo", "part"[6]]
    FROM regexp_match("link",
            '^([Hh][Tt][Tt][Pp][Ss]?)://(?:[^/@?#]*@)?([A-Za-z0-9][A-Za-z0-9.-]{0,239})(?::([0-9]{0,5}))?/([A-Za-z0-9_.-]{1,100})/([A-Za-z0-9_.-]{1,104})/pull/([1-9][0-9]{0,8})(?:[/?#].*)?$')
            AS "part",
        LATERAL (SELECT regexp_replace(regexp_replace(lower("part"[2]), '\.+$', ''), '^(www|ssh)\.(?=github\.com$)', '') AS "host",
            regexp_replace("part"[5], '\.git$', '', 'i') AS "repo",
            CASE WHEN coalesce("part"[3], '') = '' THEN '' WHEN "part"[3]::int = CASE lower("part"[1]) WHEN 'https' THEN 443 ELSE 80 END
                THEN '' ELSE ':' || "part"[3]::int END AS "port") AS "named"
    WHERE "part" IS NOT NULL AND "repo" <> '' AND length("repo") <= 100 AND "part"[4] !~ '^\.+$' AND "repo" !~ '^\.+$'
$$;

-- The engine says which pull request of its tasks is awaited; of others it is the one that their link leads to.
CREATE OR REPLACE FUNCTION "approvals_follow_task"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted JSONB;
    pull TEXT[];
BEGIN
    IF NEW."status" <> 'awaiting_approval' THEN
        UPDATE "approvals" SET "state" = coalesce(NULLIF(NEW."approval_state", 'pending'), 'cancelled'), "ended_at" = clock_timestamp()
            WHERE "task_id" = NEW."id" AND "ended_at" IS NULL;
        RETURN NULL;
    END IF;
    IF NEW."step" IS NULL THEN
        pull := "pull_of_link"(NEW."outputs_uri");
    ELSE
        IF EXISTS (SELECT 1 FROM "approvals" WHERE "task_id" = NEW."id" AND "ended_at" IS NULL) THEN
            RETURN NULL;
        END IF;
        SELECT "definition" -> 'steps' -> NEW."step" -> 'policy' INTO wanted
            FROM "runs" JOIN "plans" ON "plans"."hash" = "runs"."plan_hash" WHERE "runs"."run_id" = NEW."run_id";
    END IF;
    wanted := '{"approvers": [], "required": 1, "denySelf": false, "expiresAfterMs": 259200000, "onExpire": "expire",
        "remind": [0.5, 0.9], "escalateTo": [], "risk": "low", "onApprove": "none"}'::jsonb
        || CASE WHEN jsonb_typeof(wanted) = 'object' THEN wanted ELSE '{}'::jsonb END;
    INSERT INTO "approvals" ("task_id", "policy", "expires_at", "pull_host", "pull_owner", "pull_repo", "pull_number", "pull_state")
        VALUES (NEW."id", wanted, now() + (wanted ->> 'expiresAfterMs')::bigint * interval '1 ms',
            pull[1], pull[2], pull[3], pull[4]::int, CASE WHEN pull IS NOT NULL THEN 'open' END)
        ON CONFLICT ("task_id") WHERE "ended_at" IS NULL DO UPDATE SET
            "pull_host" = excluded."pull_host", "pull_owner" = excluded."pull_owner", "pull_repo" = excluded."pull_repo",
            "pull_number" = excluded."pull_number", "pull_state" = excluded."pull_state", "pull_head" = NULL,
            "pull_author" = NULL, "pull_author_id" = NULL, "pull_checked_at" = NULL, "pull_remark" = NULL;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION "approvals_pull_moves"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (lower(OLD."pull_host"), lower(OLD."pull_owner"), lower(OLD."pull_repo"), OLD."pull_number")
        IS NOT DISTINCT FROM (lower(NEW."pull_host"), lower(NEW."pull_owner"), lower(NEW."pull_repo"), NEW."pull_number") THEN
        NEW."pull_state" := OLD."pull_state";
        NEW."pull_head" := OLD."pull_head";
        NEW."pull_author" := OLD."pull_author";
        NEW."pull_author_id" := OLD."pull_author_id";
        NEW."pull_checked_at" := OLD."pull_checked_at";
        NEW."pull_remark" := OLD."pull_remark";
        RETURN NEW;
    END IF;
    NEW."votes_from" := coalesce((SELECT max("id") FROM "decisions" WHERE "task_id" = NEW."task_id"), NEW."votes_from");
    IF OLD."pull_number" IS NOT NULL THEN
        NEW."pull_updated_at" := NULL;
        NEW."stale_at" := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;

-- Nothing is done at a pull request of which nobody knows that it is the task's own.
DROP TRIGGER "approvals_owe_action" ON "approvals";
CREATE TRIGGER "approvals_owe_action" BEFORE UPDATE OF "state" ON "approvals"
    FOR EACH ROW WHEN (NEW."state" = 'approved' AND OLD."state" = 'pending' AND NEW."pull_number" IS NOT NULL AND NEW."pull_own"
        AND NEW."pull_state" = 'open' AND coalesce(NEW."policy" ->> 'onApprove', 'none') <> 'none')
    EXECUTE FUNCTION "approvals_owe_action"();

-- What is awaited already is written as what is awaited from now on.
UPDATE "approvals" SET "pull_host" = "pull"[1], "pull_owner" = "pull"[2], "pull_repo" = "pull"[3], "pull_number" = "pull"[4]::int
    FROM "agents_tasks", "pull_of_link"("outputs_uri") AS "pull"
    WHERE "agents_tasks"."id" = "task_id" AND "ended_at" IS NULL AND "pull" IS NOT NULL
        AND ("pull_host", "pull_owner", "pull_repo") IS DISTINCT FROM ("pull"[1], "pull"[2], "pull"[3]);
