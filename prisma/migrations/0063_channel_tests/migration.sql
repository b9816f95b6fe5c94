-- Who sent a test message by a channel is on record.
ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'test_channel', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'acknowledge', 'unacknowledge', 'freeze', 'thaw',
        'create_key', 'use_key', 'rotate_key', 'revoke_key', 'sign_in', 'sign_out', 'end_sessions', 'set_role',
        'link_person', 'unlink_person', 'remove_person', 'forget_person', 'delegate', 'read_settings', 'number_people',
        'key_people'));
