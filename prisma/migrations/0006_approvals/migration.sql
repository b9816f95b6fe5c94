-- What a task waits for when it awaits approval: under which policy, until when, and for which pull request.
CREATE TABLE "approvals" (
    "id" SERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "state" VARCHAR(32) NOT NULL DEFAULT 'pending',
    "policy" JSONB NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "votes_from" BIGINT NOT NULL DEFAULT 0,
    "reminders" INTEGER NOT NULL DEFAULT 0,
    "escalated_at" TIMESTAMPTZ(3),
    "pull_host" VARCHAR(255),
    "pull_owner" VARCHAR(100),
    "pull_repo" VARCHAR(100),
    "pull_number" INTEGER,
    "pull_head" VARCHAR(64),
    "pull_state" VARCHAR(16),
    "pull_author" VARCHAR(128),
    "pull_checked_at" TIMESTAMPTZ(3),
    "stale_at" TIMESTAMPTZ(3),
    CONSTRAINT "approvals_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "approvals_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "agents_tasks" ("id") ON DELETE CASCADE,
    CONSTRAINT "approvals_state_check" CHECK ("state" IN ('pending', 'approved', 'rejected', 'cancelled', 'expired')),
    CONSTRAINT "approvals_pull_state_check" CHECK ("pull_state" IN ('open', 'closed', 'merged'))
);
CREATE INDEX "idx_approvals_task_id" ON "approvals" ("task_id");
CREATE UNIQUE INDEX "idx_approvals_open_task" ON "approvals" ("task_id") WHERE "ended_at" IS NULL;
CREATE INDEX "idx_approvals_open_expires_at" ON "approvals" ("expires_at") WHERE "ended_at" IS NULL;
CREATE INDEX "idx_approvals_open_pull" ON "approvals" (lower("pull_owner"), lower("pull_repo"), "pull_number")
    WHERE "ended_at" IS NULL AND "pull_number" IS NOT NULL;

-- Every attempt to decide, allowed or refused. It outlives its task, and nothing in it ever changes.
CREATE TABLE "decisions" (
    "id" BIGSERIAL NOT NULL,
    "task_id" INTEGER NOT NULL,
    "task" VARCHAR(64),
    "run_id" VARCHAR(64),
    "approval_id" INTEGER,
    "action" VARCHAR(16) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "refusal" TEXT,
    "viewer" VARCHAR(128) NOT NULL,
    "via" VARCHAR(16) NOT NULL,
    "address" VARCHAR(64),
    "note" TEXT,
    "head" VARCHAR(64),
    "from_status" VARCHAR(32),
    "to_status" VARCHAR(32),
    "decided_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "decisions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate')),
    CONSTRAINT "decisions_outcome_check" CHECK ("outcome" IN ('decided', 'voted', 'repeated', 'refused')),
    CONSTRAINT "decisions_via_check" CHECK ("via" IN ('graphql', 'rest', 'cli', 'link', 'github', 'expiry', 'engine'))
);
CREATE INDEX "idx_decisions_task_id" ON "decisions" ("task_id", "id");
CREATE INDEX "idx_decisions_votes" ON "decisions" ("approval_id", "id") WHERE "outcome" IN ('voted', 'decided');

CREATE FUNCTION "decisions_stay"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'decisions are append-only: % is not possible', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER "decisions_stay" BEFORE UPDATE OR DELETE ON "decisions"
    FOR EACH ROW EXECUTE FUNCTION "decisions_stay"();
CREATE TRIGGER "decisions_stay_whole" BEFORE TRUNCATE ON "decisions"
    FOR EACH STATEMENT EXECUTE FUNCTION "decisions_stay"();

-- A link by which one recipient may decide once; only the hash of what stands in it.
CREATE TABLE "approval_links" (
    "token_hash" CHAR(64) NOT NULL,
    "approval_id" INTEGER NOT NULL,
    "recipient" VARCHAR(128) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),
    CONSTRAINT "approval_links_pkey" PRIMARY KEY ("token_hash"),
    CONSTRAINT "approval_links_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approvals" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_approval_links_approval_id" ON "approval_links" ("approval_id");

-- Whoever brings a task to wait, its approval opens; whoever ends the wait, it ends with it. So none is forgotten.
CREATE FUNCTION "approvals_follow_task"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted JSONB;
    pull TEXT[] := regexp_match(NEW."outputs_uri", '^https?://([^/]+)/([\w.-]+)/([\w.-]+)/pull/(\d{1,9})(?:[/?#].*)?$');
BEGIN
    IF NEW."status" <> 'awaiting_approval' THEN
        UPDATE "approvals" SET "state" = coalesce(NULLIF(NEW."approval_state", 'pending'), 'cancelled'), "ended_at" = clock_timestamp()
            WHERE "task_id" = NEW."id" AND "ended_at" IS NULL;
        RETURN NULL;
    END IF;
    IF NEW."step" IS NOT NULL THEN
        SELECT "definition" -> 'steps' -> NEW."step" -> 'policy' INTO wanted
            FROM "runs" JOIN "plans" ON "plans"."hash" = "runs"."plan_hash" WHERE "runs"."run_id" = NEW."run_id";
    END IF;
    wanted := '{"approvers": [], "required": 1, "denySelf": false, "expiresAfterMs": 259200000, "onExpire": "expire",
        "remind": [0.5, 0.9], "escalateTo": [], "risk": "low", "onApprove": "none"}'::jsonb
        || CASE WHEN jsonb_typeof(wanted) = 'object' THEN wanted ELSE '{}'::jsonb END;
    INSERT INTO "approvals" ("task_id", "policy", "expires_at", "pull_host", "pull_owner", "pull_repo", "pull_number", "pull_state")
        VALUES (NEW."id", wanted, now() + (wanted ->> 'expiresAfterMs')::bigint * interval '1 ms',
            lower(pull[1]), pull[2], pull[3], pull[4]::int, CASE WHEN pull IS NOT NULL THEN 'open' END)
        ON CONFLICT ("task_id") WHERE "ended_at" IS NULL DO UPDATE SET
            "pull_host" = excluded."pull_host", "pull_owner" = excluded."pull_owner", "pull_repo" = excluded."pull_repo",
            "pull_number" = excluded."pull_number", "pull_state" = excluded."pull_state", "pull_head" = NULL,
            "pull_author" = NULL, "pull_checked_at" = NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER "approvals_open_with_task" AFTER INSERT ON "agents_tasks"
    FOR EACH ROW WHEN (NEW."status" = 'awaiting_approval') EXECUTE FUNCTION "approvals_follow_task"();
CREATE TRIGGER "approvals_follow_task" AFTER UPDATE OF "status", "outputs_uri" ON "agents_tasks"
    FOR EACH ROW WHEN ((OLD."status" = 'awaiting_approval') <> (NEW."status" = 'awaiting_approval')
        OR NEW."status" = 'awaiting_approval' AND OLD."outputs_uri" IS DISTINCT FROM NEW."outputs_uri")
    EXECUTE FUNCTION "approvals_follow_task"();

-- What waits already waits as long as what begins to wait now.
INSERT INTO "approvals" ("task_id", "policy", "expires_at", "pull_host", "pull_owner", "pull_repo", "pull_number", "pull_state")
    SELECT "id", '{"approvers": [], "required": 1, "denySelf": false, "expiresAfterMs": 259200000, "onExpire": "expire",
        "remind": [0.5, 0.9], "escalateTo": [], "risk": "low", "onApprove": "none"}'::jsonb, now() + interval '72 hours',
        lower(pull[1]), pull[2], pull[3], pull[4]::int, CASE WHEN pull IS NOT NULL THEN 'open' END
    FROM "agents_tasks" LEFT JOIN LATERAL
        regexp_match("outputs_uri", '^https?://([^/]+)/([\w.-]+)/([\w.-]+)/pull/(\d{1,9})(?:[/?#].*)?$') AS pull ON true
    WHERE "status" = 'awaiting_approval';
