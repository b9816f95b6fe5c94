-- By what somebody proved who they are, their groups then, the policy that the decision was judged by, and the content of the
-- plan: the approval and the run are pruned, the record is not.
ALTER TABLE "decisions"
    ADD COLUMN "proof" VARCHAR(16),
    ADD COLUMN "groups" TEXT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "policy" JSONB,
    ADD COLUMN "plan_hash" CHAR(64);
