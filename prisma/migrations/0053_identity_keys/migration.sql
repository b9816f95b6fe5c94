-- A locale says what lower() does with letters beyond ASCII, so two databases disagreed about who somebody is. The server
-- writes names as they are compared (contract/people/identityKey.ts) into columns of their own, and everything goes by them.

-- The key of a name of ASCII, in every locale alike; letters beyond ASCII stay as they are.
CREATE FUNCTION "ascii_key"("name" text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql AS $$
    SELECT CASE WHEN $1 LIKE 'account:%' THEN $1 ELSE lower($1 COLLATE "C") END
$$;

ALTER TABLE "people" ADD COLUMN "identity_key" TEXT;
ALTER TABLE "principals" ADD COLUMN "identity_key" TEXT;

-- Names beyond ASCII get their keys from the server when it starts (domain/access/keyNames.ts). Where a locale held names of
-- ASCII apart that are one, the later person gets a key that no name leads to, and the server says who it is.
UPDATE "people" SET "identity_key" = "keys"."key"
    FROM (SELECT "id", "key" || CASE WHEN row_number() OVER (PARTITION BY "key" ORDER BY "id") > 1 THEN ' ' || "id" ELSE '' END AS "key"
        FROM (SELECT "id", ascii_key("label") AS "key" FROM "people" WHERE "label" IS NOT NULL) "named") "keys"
    WHERE "keys"."id" = "people"."id";
UPDATE "principals" SET "identity_key" = CASE "kind"
    WHEN 'github' THEN 'github:' || regexp_replace(ascii_key("label"), '^github:', '')
    WHEN 'issuer' THEN ascii_key("label") ELSE "subject" END;

DROP INDEX "idx_people_label";
ALTER TABLE "people" ADD CONSTRAINT "people_identity_key_check" CHECK (("identity_key" IS NULL) = ("label" IS NULL));
CREATE UNIQUE INDEX "people_identity_key_key" ON "people" ("identity_key");
ALTER TABLE "principals" ALTER COLUMN "identity_key" SET NOT NULL;
CREATE INDEX "idx_principals_identity_key" ON "principals" ("identity_key");
ALTER TABLE "former_names" ALTER COLUMN "name" TYPE TEXT;
-- Another one takes its place, which any locale has alike.
DROP INDEX "idx_decisions_viewer";

-- The person to whom an address was linked, or with whom the one of that name was merged, or who has the name; by its key.
CREATE FUNCTION "person_of_key"("key" text) RETURNS integer STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT "people"."id" FROM "principals" JOIN "people" ON "people"."id" = "person_id"
            WHERE "kind" IN ('mail', 'proxy') AND "issuer" = '' AND "principals"."identity_key" = $1 AND "people"."label" IS NOT NULL
            ORDER BY "kind" LIMIT 1),
        (SELECT coalesce("people"."id", "other"."id") FROM "people" "other"
            LEFT JOIN "people" ON "people"."id" = "other"."merged_into" AND "people"."label" IS NOT NULL
            WHERE "other"."identity_key" = $1))
$$;

-- The number of a person as the record holds it, found or made by the key of the name; of everybody else the name.
CREATE FUNCTION "recorded_viewer"("who" text, "kind" text, "key" text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    "found" integer;
BEGIN
    IF "kind" IS DISTINCT FROM 'person' OR "who" ~ '^person:[0-9]+$' THEN
        RETURN "who";
    END IF;
    LOOP
        "found" := coalesce(person_of_key("key"), (SELECT "person_id" FROM "former_names" WHERE "name" = "key"));
        EXIT WHEN "found" IS NOT NULL;
        INSERT INTO "people" ("label", "identity_key") VALUES ("who", "key")
            ON CONFLICT ("identity_key") DO NOTHING RETURNING "id" INTO "found";
        EXIT WHEN "found" IS NOT NULL;
    END LOOP;
    RETURN 'person:' || "found";
END
$$;

CREATE OR REPLACE FUNCTION "viewer_behind"("viewer" text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT 'person:' || "person_id" FROM "people" JOIN "principals" ON "principals"."identity_key" = "people"."identity_key"
        WHERE "people"."id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer
            AND "kind" IN ('mail', 'proxy') AND "issuer" = '' AND "person_id" IS NOT NULL ORDER BY "kind" LIMIT 1),
        (SELECT 'person:' || "merged_into" FROM "people" WHERE "id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer), $1)
$$;

-- By what somebody in the record is compared: the key of a person's name of today, and of everybody else that of the name.
CREATE FUNCTION "viewer_key"("viewer" text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT "identity_key" FROM "people"
        WHERE "id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer), ascii_key($1))
$$;

DROP FUNCTION "recorded_viewer"("who" text, "kind" text);
DROP FUNCTION "name_of_address"("address" text);

-- The account with which its person was signed in when the key was made; null of older ones.
ALTER TABLE "api_keys" ADD COLUMN "principal_id" INTEGER;
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_principal_id_fkey"
    FOREIGN KEY ("principal_id") REFERENCES "principals" ("id") ON DELETE SET NULL;
CREATE INDEX "idx_api_keys_principal_id" ON "api_keys" ("principal_id") WHERE "principal_id" IS NOT NULL;

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'create_key', 'use_key', 'rotate_key', 'revoke_key', 'sign_in', 'sign_out', 'end_sessions', 'set_role',
        'link_person', 'unlink_person', 'remove_person', 'forget_person', 'delegate', 'read_settings', 'number_people',
        'key_people'));
