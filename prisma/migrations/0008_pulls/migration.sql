-- What is heard of a pull request has a time, so that what comes late changes nothing; reviews count once; and what an
-- approval brings about there is work of its own, which outlives the process that took it up.
ALTER TABLE "approvals"
    ADD COLUMN "pull_updated_at" TIMESTAMPTZ(3),
    ADD COLUMN "pull_reviews" BIGINT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "pull_action" VARCHAR(64),
    ADD COLUMN "pull_action_state" VARCHAR(16),
    ADD COLUMN "pull_action_error" TEXT,
    ADD COLUMN "pull_action_tries" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "pull_action_at" TIMESTAMPTZ(3),
    ADD CONSTRAINT "approvals_pull_action_state_check" CHECK ("pull_action_state" IN ('owed', 'done', 'failed'));
CREATE INDEX "idx_approvals_owed_action" ON "approvals" ("pull_action_at") WHERE "pull_action_state" = 'owed';
CREATE INDEX "idx_approvals_unchecked_pull" ON "approvals" ("pull_checked_at" NULLS FIRST)
    WHERE "ended_at" IS NULL AND "pull_number" IS NOT NULL;

-- Another pull request voids the votes for the one before; the same one, written differently, stays known.
CREATE FUNCTION "approvals_pull_moves"() RETURNS trigger LANGUAGE plpgsql AS $$
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
    NEW."pull_reviews" := '{}';
    NEW."votes_from" := coalesce((SELECT max("id") FROM "decisions" WHERE "task_id" = NEW."task_id"), NEW."votes_from");
    IF OLD."pull_number" IS NOT NULL THEN
        NEW."stale_at" := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "approvals_pull_moves" BEFORE UPDATE OF "pull_number" ON "approvals"
    FOR EACH ROW EXECUTE FUNCTION "approvals_pull_moves"();

-- However it was approved, what its policy wants of the pull request then is owed with the same transaction.
CREATE FUNCTION "approvals_owe_action"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."pull_action" := NEW."policy" ->> 'onApprove';
    NEW."pull_action_state" := 'owed';
    NEW."pull_action_at" := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER "approvals_owe_action" BEFORE UPDATE OF "state" ON "approvals"
    FOR EACH ROW WHEN (NEW."state" = 'approved' AND OLD."state" = 'pending' AND NEW."pull_number" IS NOT NULL
        AND NEW."pull_state" = 'open' AND coalesce(NEW."policy" ->> 'onApprove', 'none') <> 'none')
    EXECUTE FUNCTION "approvals_owe_action"();
