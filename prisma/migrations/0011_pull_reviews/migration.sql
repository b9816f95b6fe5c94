-- What each review said is kept with it, so that the latest one of a person counts, in whatever order they are heard.
CREATE TABLE "pull_reviews" (
    "approval_id" INTEGER NOT NULL,
    "review_id" BIGINT NOT NULL,
    "reviewer" VARCHAR(128) NOT NULL,
    "state" VARCHAR(32) NOT NULL,
    "head" VARCHAR(64) NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "pull_reviews_pkey" PRIMARY KEY ("approval_id", "review_id"),
    CONSTRAINT "pull_reviews_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approvals" ("id") ON DELETE CASCADE,
    CONSTRAINT "pull_reviews_state_check" CHECK ("state" IN ('approved', 'changes_requested', 'dismissed'))
);
INSERT INTO "pull_reviews" ("approval_id", "review_id", "reviewer", "state", "head")
    SELECT "id", unnest("pull_reviews"), '', 'approved', coalesce("pull_head", '') FROM "approvals" WHERE "ended_at" IS NULL
    ON CONFLICT DO NOTHING;

-- Reviews belong to the commits of one pull request, so those of another need not be forgotten.
CREATE OR REPLACE FUNCTION "approvals_pull_moves"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (lower(OLD."pull_host"), lower(OLD."pull_owner"), lower(OLD."pull_repo"), OLD."pull_number")
        IS NOT DISTINCT FROM (lower(NEW."pull_host"), lower(NEW."pull_owner"), lower(NEW."pull_repo"), NEW."pull_number") THEN
        NEW."pull_state" := OLD."pull_state";
        NEW."pull_head" := OLD."pull_head";
        NEW."pull_author" := OLD."pull_author";
        NEW."pull_checked_at" := OLD."pull_checked_at";
        RETURN NEW;
    END IF;
    NEW."pull_updated_at" := NULL;
    NEW."votes_from" := coalesce((SELECT max("id") FROM "decisions" WHERE "task_id" = NEW."task_id"), NEW."votes_from");
    IF OLD."pull_number" IS NOT NULL THEN
        NEW."stale_at" := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;
ALTER TABLE "approvals" DROP COLUMN "pull_reviews";

-- A vote that came of a review is taken back by a later one.
ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check"
        CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate', 'withdraw'));
