-- Whoever has a task await approval opens the approval itself, with its policy and its pull request. The database holds
-- that a task does not await one that nobody opened, and still ends it with the wait.
DROP TRIGGER "approvals_open_with_task" ON "agents_tasks";
DROP TRIGGER "approvals_follow_task" ON "agents_tasks";

CREATE OR REPLACE FUNCTION "approvals_follow_task"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE "approvals" SET "state" = CASE
            WHEN "approvals"."kind" = 'gate' AND NEW."status" = 'queued' AND NEW."gate" = 'approved' THEN 'approved'
            ELSE coalesce(NULLIF(NEW."approval_state", 'pending'), 'cancelled') END, "ended_at" = clock_timestamp()
        WHERE "task_id" = NEW."id" AND "ended_at" IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER "approvals_follow_task" AFTER UPDATE OF "status" ON "agents_tasks"
    FOR EACH ROW WHEN (OLD."status" = 'awaiting_approval' AND NEW."status" <> 'awaiting_approval')
    EXECUTE FUNCTION "approvals_follow_task"();

CREATE FUNCTION "approvals_are_opened"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM "agents_tasks" WHERE "id" = NEW."id" AND "status" = 'awaiting_approval')
        AND NOT EXISTS (SELECT 1 FROM "approvals" WHERE "task_id" = NEW."id" AND "ended_at" IS NULL) THEN
        -- No violation of a constraint: a server that did not know of this would take the report for one that is wrong.
        RAISE EXCEPTION 'task % awaits approval, but none of it is open', NEW."id" USING ERRCODE = 'object_not_in_prerequisite_state',
            HINT = 'Insert its row into approvals in the same transaction, or report the status to the server instead.';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER "approvals_are_opened" AFTER INSERT OR UPDATE OF "status" ON "agents_tasks"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."status" = 'awaiting_approval')
    EXECUTE FUNCTION "approvals_are_opened"();

DROP FUNCTION "pull_of_link"(TEXT);
