-- What people have said of a plan as a whole: its schedule is paused, or it is retired. Without a row it goes on as its file says.
CREATE TABLE "plan_states" (
    "plan" VARCHAR(64) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "reason" VARCHAR(500),
    "said_by" VARCHAR(128) NOT NULL,
    "said_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "plan_states_pkey" PRIMARY KEY ("plan"),
    CONSTRAINT "plan_states_state_check" CHECK ("state" IN ('paused', 'retired'))
);

ALTER TABLE "schedule_ticks"
    DROP CONSTRAINT "schedule_ticks_outcome_check",
    ADD CONSTRAINT "schedule_ticks_outcome_check" CHECK ("outcome" IN ('started', 'made_up', 'missed', 'skipped', 'failed', 'paused'));

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire'));
