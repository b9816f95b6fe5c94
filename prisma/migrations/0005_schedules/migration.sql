-- Since when each plan has had its schedule: due times before that are not made up for.
CREATE TABLE "schedules" (
    "plan" VARCHAR(64) NOT NULL,
    "expression" VARCHAR(200) NOT NULL,
    "timezone" VARCHAR(64) NOT NULL,
    "known_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "schedules_pkey" PRIMARY KEY ("plan")
);
