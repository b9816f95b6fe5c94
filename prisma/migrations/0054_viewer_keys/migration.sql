-- nightshift: concurrently
-- The record is searched by the names of who is no person, in upper or lower case alike, in the same way in every locale.
CREATE INDEX CONCURRENTLY "idx_decisions_viewer_key" ON "decisions" (ascii_key("viewer"), "id");
