-- A pull request that its host does not let the server read: why. Whoever waits for its author or its head would wait for
-- ever, so it is treated like one that no server reads.
ALTER TABLE "approvals" ADD COLUMN "pull_unreadable" TEXT;

-- Whether a review was refused since nobody had said whose login its reviewer has: once somebody has, it is judged again.
ALTER TABLE "approval_reviews" ADD COLUMN "is_unknown" BOOLEAN NOT NULL DEFAULT false;

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
    NEW."pull_unreadable" := NULL;
    NEW."votes_from" := coalesce((SELECT max("id") FROM "decisions" WHERE "task_id" = NEW."task_id"), NEW."votes_from");
    IF OLD."pull_number" IS NOT NULL THEN
        NEW."pull_updated_at" := NULL;
        NEW."stale_at" := clock_timestamp();
    END IF;
    RETURN NEW;
END
$$;

-- Nothing is done at a pull request that cannot be read: nobody knows what would be merged.
DROP TRIGGER "approvals_owe_action" ON "approvals";
CREATE TRIGGER "approvals_owe_action" BEFORE UPDATE OF "state" ON "approvals"
    FOR EACH ROW WHEN (NEW."state" = 'approved' AND OLD."state" = 'pending' AND NEW."pull_number" IS NOT NULL AND NEW."pull_own"
        AND NEW."pull_unreadable" IS NULL AND NEW."pull_state" = 'open' AND coalesce(NEW."policy" ->> 'onApprove', 'none') <> 'none')
    EXECUTE FUNCTION "approvals_owe_action"();
