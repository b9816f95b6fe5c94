-- An address is the same person however it is written, so the record is searched without regard to upper and lower case.
DROP INDEX "idx_decisions_viewer";
CREATE INDEX "idx_decisions_viewer" ON "decisions" (lower("viewer"), "id");
