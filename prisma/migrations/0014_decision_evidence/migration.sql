-- A decision keeps what was shown when it was made: the pull request, and hashes of the link and of the excerpt. It says
-- what stood behind its viewer, and of what it was where that is no task: a plan, a delivery, a prune.
ALTER TABLE "decisions"
    ALTER COLUMN "task_id" DROP NOT NULL,
    ADD COLUMN "viewer_kind" VARCHAR(16),
    ADD COLUMN "subject" VARCHAR(255),
    ADD COLUMN "repository" VARCHAR(512),
    ADD COLUMN "pull_number" INTEGER,
    ADD COLUMN "link_sha256" CHAR(64),
    ADD COLUMN "excerpt_sha256" CHAR(64),
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune')),
    DROP CONSTRAINT "decisions_outcome_check",
    ADD CONSTRAINT "decisions_outcome_check" CHECK ("outcome" IN ('decided', 'voted', 'repeated', 'refused', 'done'));

-- Who made the content of a plan known last.
ALTER TABLE "plans" ADD COLUMN "registered_by" VARCHAR(128);

-- How many refusals of a viewer an hour has had: so many are rows of the record, the rest is counted until it is over.
CREATE TABLE "refusal_hours" (
    "viewer" VARCHAR(128) NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "recorded" INTEGER NOT NULL,
    "left_out" INTEGER NOT NULL,
    "granted" INTEGER NOT NULL,
    "viewer_kind" VARCHAR(16),
    "action" VARCHAR(16) NOT NULL,
    "via" VARCHAR(16) NOT NULL,
    "address" VARCHAR(64),
    CONSTRAINT "refusal_hours_pkey" PRIMARY KEY ("viewer", "hour")
);
CREATE INDEX "idx_refusal_hours_hour" ON "refusal_hours" ("hour");
