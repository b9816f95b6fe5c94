-- Of two persons that were found to be one, the one that is left: what the other did counts as the same person's.
ALTER TABLE "people"
    ADD COLUMN "merged_into" INTEGER,
    ADD CONSTRAINT "people_merged_into_fkey" FOREIGN KEY ("merged_into") REFERENCES "people" ("id"),
    ADD CONSTRAINT "people_merged_check" CHECK ("merged_into" IS NULL OR ("merged_into" <> "id" AND "removed_at" IS NOT NULL));
CREATE INDEX "idx_people_merged_into" ON "people" ("merged_into") WHERE "merged_into" IS NOT NULL;

-- For whom a delegate decided.
ALTER TABLE "decisions" ADD COLUMN "acting_for" VARCHAR(128);
