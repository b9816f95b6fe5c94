-- What a link leads to always fits: a link has at most 512 characters, so no part of it can make a report fail.
ALTER TABLE "approvals"
    ALTER COLUMN "pull_host" TYPE VARCHAR(512),
    ALTER COLUMN "pull_owner" TYPE VARCHAR(512),
    ALTER COLUMN "pull_repo" TYPE VARCHAR(512);
