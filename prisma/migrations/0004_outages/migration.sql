-- When a replica last looked at leases. One row: what lapsed while nobody looked could not be heard, and holds anew.
CREATE TABLE "sweeps" (
    "id" INTEGER NOT NULL,
    "looked_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "sweeps_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sweeps_id_check" CHECK ("id" = 1)
);
-- Before this migration nobody took note, so the next look is one after a time without any.
INSERT INTO "sweeps" ("id", "looked_at") VALUES (1, 'epoch');

-- When the reporter of a task last changed it. Not indexed: a change of it alone shall touch no index.
ALTER TABLE "agents_tasks" ADD COLUMN "reported_at" TIMESTAMPTZ(3);
CREATE INDEX "idx_agents_tasks_reported_running" ON "agents_tasks" ("created_at") WHERE "status" = 'running' AND "step" IS NULL;
