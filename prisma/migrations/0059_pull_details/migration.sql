-- What its host says of a pull request at one head commit, for those who decide.
CREATE TABLE "pull_details" (
    "host" VARCHAR(255) NOT NULL,
    "owner" VARCHAR(100) NOT NULL,
    "repo" VARCHAR(100) NOT NULL,
    "number" INTEGER NOT NULL,
    "head" VARCHAR(64) NOT NULL,
    "details" JSONB,
    "checks" JSONB,
    "files" JSONB,
    "problem" TEXT,
    "read_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "claimed_until" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "asked_merge" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "pull_details_pkey" PRIMARY KEY ("host", "owner", "repo", "number", "head")
);
CREATE INDEX "idx_pull_details_asked_at" ON "pull_details" ("asked_at");
CREATE INDEX "idx_pull_details_due_at" ON "pull_details" ("due_at") WHERE "due_at" IS NOT NULL;
