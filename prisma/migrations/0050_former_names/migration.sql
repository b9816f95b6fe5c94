-- Names that people had here before, in lower case. What they did under one is theirs, and nobody else gets it.
CREATE TABLE "former_names" (
    "name" VARCHAR(128) NOT NULL,
    "person_id" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT "former_names_pkey" PRIMARY KEY ("name"),
    CONSTRAINT "former_names_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people" ("id")
);
CREATE INDEX "idx_former_names_person_id" ON "former_names" ("person_id");
