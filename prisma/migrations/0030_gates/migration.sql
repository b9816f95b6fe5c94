-- A gate is an approval before a step runs. It is open while the task awaits it, and approved until the task is made
-- again by hand; the task's own approval fields are then those of what its command made.
ALTER TABLE "agents_tasks"
    ADD COLUMN "gate" VARCHAR(16),
    ADD CONSTRAINT "agents_tasks_gate_check" CHECK ("gate" IN ('open', 'approved'));

ALTER TABLE "approvals"
    ADD COLUMN "kind" VARCHAR(16) NOT NULL DEFAULT 'output',
    ADD CONSTRAINT "approvals_kind_check" CHECK ("kind" IN ('output', 'gate'));

CREATE OR REPLACE FUNCTION "approvals_follow_task"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted JSONB;
    pull TEXT[];
    kind TEXT := CASE NEW."gate" WHEN 'open' THEN 'gate' ELSE 'output' END;
BEGIN
    IF NEW."status" <> 'awaiting_approval' THEN
        UPDATE "approvals" SET "state" = CASE
                WHEN "approvals"."kind" = 'gate' AND NEW."status" = 'queued' AND NEW."gate" = 'approved' THEN 'approved'
                ELSE coalesce(NULLIF(NEW."approval_state", 'pending'), 'cancelled') END, "ended_at" = clock_timestamp()
            WHERE "task_id" = NEW."id" AND "ended_at" IS NULL;
        RETURN NULL;
    END IF;
    IF NEW."step" IS NULL THEN
        pull := "pull_of_link"(NEW."outputs_uri");
    ELSE
        IF EXISTS (SELECT 1 FROM "approvals" WHERE "task_id" = NEW."id" AND "ended_at" IS NULL) THEN
            RETURN NULL;
        END IF;
        SELECT "definition" -> 'steps' -> NEW."step" -> CASE kind WHEN 'gate' THEN 'gate' ELSE 'policy' END INTO wanted
            FROM "runs" JOIN "plans" ON "plans"."hash" = "runs"."plan_hash" WHERE "runs"."run_id" = NEW."run_id";
    END IF;
    wanted := '{"approvers": [], "required": 1, "denySelf": false, "expiresAfterMs": 259200000, "onExpire": "expire",
        "remind": [0.5, 0.9], "escalateTo": [], "risk": "low", "onApprove": "none"}'::jsonb
        || CASE WHEN jsonb_typeof(wanted) = 'object' THEN wanted ELSE '{}'::jsonb END;
    INSERT INTO "approvals" ("task_id", "kind", "policy", "expires_at", "pull_host", "pull_owner", "pull_repo", "pull_number", "pull_state")
        VALUES (NEW."id", kind, wanted, now() + (wanted ->> 'expiresAfterMs')::bigint * interval '1 ms',
            pull[1], pull[2], pull[3], pull[4]::int, CASE WHEN pull IS NOT NULL THEN 'open' END)
        ON CONFLICT ("task_id") WHERE "ended_at" IS NULL DO UPDATE SET
            "pull_host" = excluded."pull_host", "pull_owner" = excluded."pull_owner", "pull_repo" = excluded."pull_repo",
            "pull_number" = excluded."pull_number", "pull_state" = excluded."pull_state", "pull_head" = NULL,
            "pull_author" = NULL, "pull_author_id" = NULL, "pull_checked_at" = NULL, "pull_remark" = NULL;
    RETURN NULL;
END
$$;
