-- What a plan's hash was made of beside its content, where that is not the name of its project: a plan of a project that
-- was only guessed goes on under another name, and its runs keep the hash.
ALTER TABLE "plans" ADD COLUMN "hashed_for" VARCHAR(160);
CREATE INDEX "idx_plans_hashed_for" ON "plans" ("project", "name") WHERE "hashed_for" IS NOT NULL;
