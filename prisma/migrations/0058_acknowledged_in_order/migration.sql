-- nightshift: concurrently
-- The acknowledged failures, in the order of lists.
CREATE INDEX CONCURRENTLY "idx_agents_tasks_acknowledged" ON "agents_tasks" ("status", "started_at", "id")
    WHERE "acknowledged_at" IS NOT NULL;
