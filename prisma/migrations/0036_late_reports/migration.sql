-- When a task of an outside reporter was failed for its silence. That is a guess, so what its reporter says later counts.
ALTER TABLE "agents_tasks" ADD COLUMN "silent_at" TIMESTAMPTZ(3);
UPDATE "agents_tasks" SET "silent_at" = coalesce("finished_at", now())
    WHERE "status" = 'failed' AND "step" IS NULL AND "reason" LIKE 'nothing was reported of it for %';

-- Approvals whose time was over before anybody decided: a merge that was made in time may still be heard.
CREATE INDEX "idx_approvals_expired_pull" ON "approvals" ("ended_at")
    WHERE "pull_number" IS NOT NULL AND "state" IN ('expired', 'rejected') AND "ended_at" >= "expires_at";
