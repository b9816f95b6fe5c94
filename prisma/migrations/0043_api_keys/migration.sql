-- Keys of services. A key itself is shown once and never stored; its SHA-256 finds the row.
CREATE TABLE "api_keys" (
    "id" SERIAL NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "prefix" VARCHAR(12) NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "projects" TEXT[] NOT NULL DEFAULT '{}',
    "plans" TEXT[] NOT NULL DEFAULT '{}',
    "labels" TEXT[] NOT NULL DEFAULT '{}',
    "tasks" TEXT[] NOT NULL DEFAULT '{}',
    "made_by" VARCHAR(128) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "expires_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "replaced_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" VARCHAR(128),
    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_sha256_key" UNIQUE ("sha256"),
    CONSTRAINT "api_keys_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0
        AND "scopes" <@ ARRAY['read', 'report', 'work', 'operate', 'approve', 'admin']),
    -- What is bounded covers less than the whole server, so it is no administrator's.
    CONSTRAINT "api_keys_bounds_check" CHECK (NOT 'admin' = ANY ("scopes")
        OR cardinality("projects") + cardinality("plans") + cardinality("labels") + cardinality("tasks") = 0),
    CONSTRAINT "api_keys_revoked_check" CHECK (("revoked_at" IS NULL) = ("revoked_by" IS NULL))
);

-- A name is that of one service. While its key is being rotated it has two, and older ones are kept for the record.
CREATE UNIQUE INDEX "idx_api_keys_name" ON "api_keys" ("name") WHERE "revoked_at" IS NULL AND "replaced_at" IS NULL;

-- Since when nobody may come in without a key, because there was one; it is never taken back.
ALTER TABLE "identity" ADD COLUMN "closed_at" TIMESTAMPTZ(3);

CREATE FUNCTION "identity_stays_closed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this database has had a key, so it stays closed to callers without one';
END
$$;
CREATE TRIGGER "identity_stays_closed" BEFORE UPDATE OF "closed_at" ON "identity"
    FOR EACH ROW WHEN (OLD."closed_at" IS NOT NULL AND NEW."closed_at" IS DISTINCT FROM OLD."closed_at")
    EXECUTE FUNCTION "identity_stays_closed"();
CREATE TRIGGER "identity_stays" BEFORE DELETE ON "identity"
    FOR EACH ROW WHEN (OLD."closed_at" IS NOT NULL) EXECUTE FUNCTION "identity_stays_closed"();

CREATE TRIGGER "identity_is_not_emptied" BEFORE TRUNCATE ON "identity"
    FOR EACH STATEMENT EXECUTE FUNCTION "identity_stays_closed"();

CREATE FUNCTION "api_keys_close"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "identity" ("closed_at") VALUES (clock_timestamp())
        ON CONFLICT ("one") DO UPDATE SET "closed_at" = excluded."closed_at" WHERE "identity"."closed_at" IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER "api_keys_close" AFTER INSERT ON "api_keys" FOR EACH STATEMENT EXECUTE FUNCTION "api_keys_close"();

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'create_key', 'use_key', 'rotate_key', 'revoke_key'));
