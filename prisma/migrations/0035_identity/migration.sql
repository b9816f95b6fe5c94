-- The id by which a database is told from others: what a worker keeps for the server of one is not for that of another.
CREATE TABLE "identity" (
    "one" BOOLEAN NOT NULL DEFAULT true,
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT "identity_pkey" PRIMARY KEY ("one"),
    CONSTRAINT "identity_one_check" CHECK ("one")
);
INSERT INTO "identity" DEFAULT VALUES;
