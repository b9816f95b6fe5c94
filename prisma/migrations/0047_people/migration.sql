-- People, and what proves who they are. A person that was forgotten keeps its number and nothing else.
CREATE TABLE "people" (
    "id" SERIAL NOT NULL,
    "label" VARCHAR(128),
    "grants" TEXT[] NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "signed_in_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "removed_by" VARCHAR(128),
    "forgotten_at" TIMESTAMPTZ(3),
    CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "people_removed_check" CHECK (("removed_at" IS NULL) = ("removed_by" IS NULL)),
    CONSTRAINT "people_forgotten_check" CHECK (("forgotten_at" IS NULL) = ("label" IS NOT NULL))
);
CREATE UNIQUE INDEX "idx_people_label" ON "people" (lower("label"));

CREATE TABLE "principals" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER,
    "kind" VARCHAR(16) NOT NULL,
    "issuer" VARCHAR(255) NOT NULL DEFAULT '',
    "subject" VARCHAR(255) NOT NULL,
    "label" VARCHAR(128) NOT NULL,
    "grants" TEXT[] NOT NULL DEFAULT '{}',
    "groups" TEXT[] NOT NULL DEFAULT '{}',
    "linked_by" VARCHAR(128),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "signed_in_at" TIMESTAMPTZ(3),
    CONSTRAINT "principals_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "principals_identity_key" UNIQUE ("kind", "issuer", "subject"),
    CONSTRAINT "principals_kind_check" CHECK ("kind" IN ('issuer', 'github', 'proxy', 'mail')),
    CONSTRAINT "principals_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people" ("id")
);
CREATE INDEX "idx_principals_person_id" ON "principals" ("person_id");

-- Keys may belong to people; their names are their owner's.
ALTER TABLE "api_keys" ADD COLUMN "person_id" INTEGER REFERENCES "people" ("id");
DROP INDEX "idx_api_keys_name";
CREATE UNIQUE INDEX "idx_api_keys_name" ON "api_keys" (coalesce("person_id", 0), "name") WHERE "revoked_at" IS NULL AND "replaced_at" IS NULL;

-- Who is signed in. The token itself is never stored; its SHA-256 finds the row.
CREATE TABLE "sessions" (
    "id" SERIAL NOT NULL,
    "sha256" CHAR(64) NOT NULL,
    "person_id" INTEGER,
    "principal_id" INTEGER,
    "key_id" INTEGER,
    "shared" VARCHAR(16),
    "client" VARCHAR(16) NOT NULL,
    "proof" VARCHAR(16) NOT NULL,
    "page_sha256" CHAR(64),
    "proved_at" TIMESTAMPTZ(3),
    "address" VARCHAR(64),
    "agent" VARCHAR(200),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "idle_ms" INTEGER NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" VARCHAR(128),
    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sessions_sha256_key" UNIQUE ("sha256"),
    CONSTRAINT "sessions_sha256_check" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
    CONSTRAINT "sessions_client_check" CHECK ("client" IN ('browser', 'cli')),
    CONSTRAINT "sessions_shared_check" CHECK ("shared" IN ('admin', 'local')),
    CONSTRAINT "sessions_whose_check" CHECK (num_nonnulls("person_id", "key_id", "shared") = 1),
    CONSTRAINT "sessions_ended_check" CHECK (("ended_at" IS NULL) = ("ended_by" IS NULL)),
    CONSTRAINT "sessions_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people" ("id"),
    CONSTRAINT "sessions_principal_id_fkey" FOREIGN KEY ("principal_id") REFERENCES "principals" ("id") ON DELETE SET NULL,
    CONSTRAINT "sessions_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_keys" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_sessions_person_id" ON "sessions" ("person_id");
CREATE INDEX "idx_sessions_expires_at" ON "sessions" ("expires_at");

-- Sign-ins that have begun. Only the browser that began one holds its secret.
CREATE TABLE "sign_ins" (
    "sha256" CHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "state" VARCHAR(128) NOT NULL,
    "nonce" VARCHAR(128),
    "verifier" VARCHAR(128),
    "return_to" VARCHAR(2000) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "sign_ins_pkey" PRIMARY KEY ("sha256"),
    CONSTRAINT "sign_ins_kind_check" CHECK ("kind" IN ('issuer', 'github'))
);
CREATE INDEX "idx_sign_ins_expires_at" ON "sign_ins" ("expires_at");

-- Codes that sign somebody in once: a browser by the link that `up` prints, or a command line by its browser.
CREATE TABLE "sign_in_codes" (
    "sha256" CHAR(64) NOT NULL,
    "kind" VARCHAR(16) NOT NULL,
    "challenge" VARCHAR(128),
    "session_id" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "sign_in_codes_pkey" PRIMARY KEY ("sha256"),
    CONSTRAINT "sign_in_codes_kind_check" CHECK ("kind" IN ('up', 'cli')),
    CONSTRAINT "sign_in_codes_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_sign_in_codes_expires_at" ON "sign_in_codes" ("expires_at");

-- Whom an approver lets decide for them, and until when.
CREATE TABLE "delegations" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "delegate_id" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "ended_at" TIMESTAMPTZ(3),
    CONSTRAINT "delegations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "delegations_two_check" CHECK ("person_id" <> "delegate_id"),
    CONSTRAINT "delegations_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people" ("id"),
    CONSTRAINT "delegations_delegate_id_fkey" FOREIGN KEY ("delegate_id") REFERENCES "people" ("id")
);
CREATE INDEX "idx_delegations_delegate_id" ON "delegations" ("delegate_id") WHERE "ended_at" IS NULL;
CREATE UNIQUE INDEX "idx_delegations_pair" ON "delegations" ("person_id", "delegate_id") WHERE "ended_at" IS NULL;

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_action_check",
    ADD CONSTRAINT "decisions_action_check" CHECK ("action" IN ('approve', 'reject', 'cancel', 'expire', 'escalate',
        'withdraw', 'retry', 'redeliver', 'register', 'prune', 'trust', 'drain', 'pause', 'resume', 'retire',
        'create_key', 'use_key', 'rotate_key', 'revoke_key', 'sign_in', 'sign_out', 'end_sessions', 'set_role',
        'link_person', 'unlink_person', 'remove_person', 'forget_person', 'delegate', 'read_settings'));

ALTER TABLE "decisions"
    DROP CONSTRAINT "decisions_via_check",
    ADD CONSTRAINT "decisions_via_check" CHECK ("via" IN ('graphql', 'rest', 'cli', 'page', 'link', 'github', 'expiry', 'engine'));
