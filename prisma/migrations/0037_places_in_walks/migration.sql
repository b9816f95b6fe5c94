-- A row whose started_at changes keeps where it stood, with the transaction that moved it: a walk over pages whose first page
-- did not see that transaction finds the row where it stood before it. A number from a sequence could not tell that, since
-- transactions end in another order than they take numbers.
DROP TRIGGER "agents_tasks_number_move" ON "agents_tasks";
DROP FUNCTION "agents_tasks_number_move"();
DROP SEQUENCE "agents_tasks_moves";
ALTER TABLE "agents_tasks"
    DROP COLUMN "moved_seq",
    ADD COLUMN "moved_xid" BIGINT,
    ADD COLUMN "moved_xids" BIGINT[] NOT NULL DEFAULT '{}',
    ADD COLUMN "moved_from" TIMESTAMPTZ(3)[] NOT NULL DEFAULT '{}',
    ADD COLUMN "had_started" BOOLEAN NOT NULL DEFAULT false;

-- The last sixteen moves are kept; those of one transaction are one.
CREATE FUNCTION "agents_tasks_keep_place"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own BIGINT := pg_current_xact_id()::text::bigint;
BEGIN
    NEW."had_started" := OLD."had_started" OR OLD."started_at" IS NOT NULL;
    IF OLD."moved_xid" IS DISTINCT FROM own THEN
        NEW."moved_xid" := own;
        NEW."moved_xids" := (array_append(OLD."moved_xids", own))[greatest(1, cardinality(OLD."moved_xids") - 14):];
        NEW."moved_from" := (array_append(OLD."moved_from", OLD."started_at"))[greatest(1, cardinality(OLD."moved_from") - 14):];
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER "agents_tasks_keep_place" BEFORE UPDATE OF "started_at" ON "agents_tasks"
    FOR EACH ROW WHEN (OLD."started_at" IS DISTINCT FROM NEW."started_at")
    EXECUTE FUNCTION "agents_tasks_keep_place"();

CREATE INDEX "idx_agents_tasks_moved_xid" ON "agents_tasks" ("moved_xid") WHERE "moved_xid" IS NOT NULL;
CREATE INDEX "idx_agents_tasks_moved_started" ON "agents_tasks" ("moved_xid") WHERE "had_started";
