-- Failed credentials by where they come from, so that all servers count them together. A row lives minutes, so that none
-- need outlive a crash: without a log they cost no disk writes of their own.
CREATE UNLOGGED TABLE "failed_credentials" (
    "kind" VARCHAR(20) NOT NULL,
    "source" VARCHAR(128) NOT NULL,
    "window_began_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "failed_credentials_pkey" PRIMARY KEY ("kind", "source")
);
