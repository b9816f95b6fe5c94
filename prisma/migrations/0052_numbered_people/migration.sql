-- The record holds a person's number, so that a person can be forgotten though the record stays.

-- The name of the person to whom an address was linked, or with whom its person was merged; else the address itself.
CREATE FUNCTION "name_of_address"("address" text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT "people"."label" FROM "principals" JOIN "people" ON "people"."id" = "person_id"
            WHERE "kind" IN ('mail', 'proxy') AND "issuer" = '' AND "subject" = lower($1) ORDER BY "kind" LIMIT 1),
        (SELECT "people"."label" FROM "people" "other" JOIN "people" ON "people"."id" = "other"."merged_into"
            WHERE lower("other"."label") = lower($1)), $1)
$$;

-- The number of a person as the record holds it, found or made by the name; of everybody else the name.
CREATE FUNCTION "recorded_viewer"("who" text, "kind" text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    "found" integer;
BEGIN
    IF "kind" IS DISTINCT FROM 'person' OR "who" ~ '^person:[0-9]+$' THEN
        RETURN "who";
    END IF;
    LOOP
        SELECT "id" INTO "found" FROM (SELECT "id", 1 AS "place" FROM "people" WHERE lower("label") = lower(name_of_address("who"))
            UNION ALL SELECT "person_id", 2 FROM "former_names" WHERE "name" = lower("who")) "named" ORDER BY "place" LIMIT 1;
        EXIT WHEN "found" IS NOT NULL;
        INSERT INTO "people" ("label") VALUES ("who") ON CONFLICT (lower("label")) DO NOTHING RETURNING "id" INTO "found";
        EXIT WHEN "found" IS NOT NULL;
    END LOOP;
    RETURN 'person:' || "found";
END
$$;

-- What stands for that number: the person's name, or that it was forgotten.
CREATE FUNCTION "viewer_name"("viewer" text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT coalesce("label", 'forgotten person ' || "id") FROM "people"
        WHERE "id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer), $1)
$$;

-- Who it is by now: the name of a person may have become an address of another one, or the person merged with one.
CREATE FUNCTION "viewer_behind"("viewer" text) RETURNS text STABLE LANGUAGE sql AS $$
    SELECT coalesce((SELECT 'person:' || "person_id" FROM "people" JOIN "principals" ON "subject" = lower("people"."label")
        WHERE "people"."id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer
            AND "kind" IN ('mail', 'proxy') AND "issuer" = '' AND "person_id" IS NOT NULL ORDER BY "kind" LIMIT 1),
        (SELECT 'person:' || "merged_into" FROM "people" WHERE "id" = substring($1 FROM '^person:([0-9]{1,9})$')::integer), $1)
$$;

-- By which of its accounts and addresses a person was known.
ALTER TABLE "decisions" ADD COLUMN "principal_id" INTEGER;

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'create_key', 'use_key', 'rotate_key', 'revoke_key', 'sign_in', 'sign_out', 'end_sessions', 'set_role',
        'link_person', 'unlink_person', 'remove_person', 'forget_person', 'delegate', 'read_settings', 'number_people'));

-- Rows from before get the numbers too, this once. Where the kind is not known, nobody can tell a person from a key.
ALTER TABLE "decisions" DISABLE TRIGGER "decisions_stay";
WITH "numbered" AS (
    UPDATE "decisions" SET "viewer" = "who"."number", "refusal" = replace("refusal", "decisions"."viewer", "who"."number")
    FROM (SELECT "viewer", "recorded_viewer"("viewer", 'person') AS "number"
        FROM (SELECT DISTINCT "viewer" FROM "decisions" WHERE "viewer_kind" = 'person') "named") "who"
    WHERE "decisions"."viewer" = "who"."viewer" AND "viewer_kind" = 'person' RETURNING 1
)
INSERT INTO "decisions" ("action", "outcome", "viewer", "viewer_kind", "proof", "via", "note")
    SELECT 'number_people', 'done', 'nightshift', 'system', 'server', 'engine',
        count(*) || ' entries of people now hold their numbers instead of their names'
    FROM "numbered" HAVING count(*) > 0;
ALTER TABLE "decisions" ENABLE TRIGGER "decisions_stay";
UPDATE "refusal_hours" SET "viewer" = "recorded_viewer"("viewer", 'person') WHERE "viewer_kind" = 'person';

-- A server from before, which runs on for some seconds, would count a person twice: it writes no decision of one.
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_person_check"
    CHECK ("viewer_kind" <> 'person' OR "viewer" ~ '^person:[0-9]+$');
