-- The record of decisions is read newest first: of a run, of a viewer, of a time.
CREATE INDEX "idx_decisions_run_id" ON "decisions" ("run_id", "id");
CREATE INDEX "idx_decisions_viewer" ON "decisions" ("viewer", "id");
CREATE INDEX "idx_decisions_decided_at" ON "decisions" ("decided_at");
