-- nightshift: concurrently
-- The last end of a run is the end of this index, however many tasks the run has.
CREATE INDEX CONCURRENTLY "idx_agents_tasks_run_finished_at" ON "agents_tasks" ("run_id", "finished_at")
    WHERE "finished_at" IS NOT NULL;
