-- Whose plans these are. The first project of a server has no prefix before the ids of its runs; every other one has its own.
CREATE TABLE "projects" (
    "name" VARCHAR(128) NOT NULL,
    "prefix" VARCHAR(24) NOT NULL,
    "is_guessed" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    CONSTRAINT "projects_pkey" PRIMARY KEY ("name")
);
CREATE UNIQUE INDEX "idx_projects_prefix" ON "projects" ("prefix");

-- What is on record from before is of no project ('') until one registers its content. Until then, and where it only
-- follows the latest content of its name, its project is assumed.
ALTER TABLE "plans"
    ADD COLUMN "project" VARCHAR(128) NOT NULL DEFAULT '',
    ADD COLUMN "is_assumed" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "path" VARCHAR(1024);
DROP INDEX "idx_plans_name_registered_at";
CREATE INDEX "idx_plans_name_project" ON "plans" ("name", "project", "registered_at");

ALTER TABLE "schedules"
    ADD COLUMN "project" VARCHAR(128) NOT NULL DEFAULT '',
    DROP CONSTRAINT "schedules_pkey",
    ADD CONSTRAINT "schedules_pkey" PRIMARY KEY ("plan", "project");

ALTER TABLE "schedule_ticks"
    ADD COLUMN "project" VARCHAR(128) NOT NULL DEFAULT '',
    DROP CONSTRAINT "schedule_ticks_pkey",
    ADD CONSTRAINT "schedule_ticks_pkey" PRIMARY KEY ("plan", "project", "due_at");

ALTER TABLE "plan_states"
    ADD COLUMN "project" VARCHAR(128) NOT NULL DEFAULT '',
    DROP CONSTRAINT "plan_states_pkey",
    ADD CONSTRAINT "plan_states_pkey" PRIMARY KEY ("plan", "project");

ALTER TABLE "plan_origins" ADD COLUMN "project" VARCHAR(128) NOT NULL DEFAULT '';
DROP INDEX "idx_plan_origins_plan";
DROP INDEX "idx_plan_origins_first";
CREATE INDEX "idx_plan_origins_plan" ON "plan_origins" ("plan", "project", "id");
CREATE UNIQUE INDEX "idx_plan_origins_first" ON "plan_origins" ("plan", "project") WHERE "said_by" IS NULL;
