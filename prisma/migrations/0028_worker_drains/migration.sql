-- Workers that were told to take nothing new and to leave; one that starts later under the same name is not meant.
CREATE TABLE "worker_drains" (
    "worker" VARCHAR(128) NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "worker_drains_pkey" PRIMARY KEY ("worker")
);

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain'));
