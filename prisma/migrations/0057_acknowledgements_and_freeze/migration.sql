-- A failure can be acknowledged, and the whole server frozen.

ALTER TABLE "agents_tasks"
    ADD COLUMN "acknowledged_at" TIMESTAMPTZ(3),
    ADD COLUMN "acknowledged_by" VARCHAR(128),
    ADD COLUMN "acknowledgement_note" TEXT;

-- What becomes of the task next is a failure of its own, whoever moves it. One whose approval waits again for a merge that
-- was heard late may fail again as it had failed.
CREATE FUNCTION "agents_tasks_end_acknowledgement"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."acknowledged_at" := NULL;
    NEW."acknowledged_by" := NULL;
    NEW."acknowledgement_note" := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER "agents_tasks_end_acknowledgement" BEFORE UPDATE OF "status" ON "agents_tasks"
    FOR EACH ROW WHEN (OLD."acknowledged_at" IS NOT NULL AND NEW."status" NOT IN ('failed', 'awaiting_approval'))
    EXECUTE FUNCTION "agents_tasks_end_acknowledgement"();

-- While it has its row, nothing starts.
CREATE TABLE "freezes" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "frozen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "frozen_by" VARCHAR(128) NOT NULL,
    "why" VARCHAR(500) NOT NULL,
    CONSTRAINT "freezes_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "freezes_one_check" CHECK ("id" = 1)
);

-- Whether the transaction that asks may start something. It holds off a freeze until it ends; while one is about to come
-- it may not, and does not wait. It looks with a snapshot of its own, since that of the statement may be from before.
CREATE FUNCTION "may_start"() RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    RETURN pg_try_advisory_xact_lock_shared(hashtextextended('nightshift freeze ' || current_schema(), 0))
        AND NOT EXISTS (SELECT 1 FROM "freezes");
END
$$;

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'acknowledge', 'unacknowledge', 'freeze', 'thaw',
        'create_key', 'use_key', 'rotate_key', 'revoke_key', 'sign_in', 'sign_out', 'end_sessions', 'set_role',
        'link_person', 'unlink_person', 'remove_person', 'forget_person', 'delegate', 'read_settings', 'number_people',
        'key_people'));
