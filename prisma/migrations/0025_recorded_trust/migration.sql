-- Who says which repositories the work of a plan belongs to is on record with everything else that somebody did.
ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust'));
