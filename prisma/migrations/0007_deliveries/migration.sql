-- What is to be told to whom: written with the change that it tells of, sent afterwards. No address of a webhook and no
-- secret stands here; a channel is known by its name.
CREATE TABLE "deliveries" (
    "id" UUID NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "channel" VARCHAR(16) NOT NULL,
    "recipient" VARCHAR(320),
    "task_id" INTEGER,
    "approval_id" INTEGER,
    "run_id" VARCHAR(64),
    "payload" JSONB NOT NULL,
    "state" VARCHAR(16) NOT NULL DEFAULT 'pending',
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "try_base" INTEGER NOT NULL DEFAULT 0,
    "claimed_until" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "deliveries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "deliveries_task_id_fkey" FOREIGN KEY ("task_id") REFERENCES "agents_tasks" ("id") ON DELETE CASCADE,
    CONSTRAINT "deliveries_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approvals" ("id") ON DELETE CASCADE,
    CONSTRAINT "deliveries_state_check" CHECK ("state" IN ('pending', 'delivered', 'failed', 'cancelled'))
);
CREATE INDEX "idx_deliveries_created_at_id" ON "deliveries" ("created_at", "id");
CREATE INDEX "idx_deliveries_state_created_at_id" ON "deliveries" ("state", "created_at", "id");
CREATE INDEX "idx_deliveries_task_id" ON "deliveries" ("task_id", "created_at");
CREATE INDEX "idx_deliveries_approval_id" ON "deliveries" ("approval_id");
CREATE INDEX "idx_deliveries_pending_due_at" ON "deliveries" ("due_at") WHERE "state" = 'pending';

-- One try to send one of them; without an end when its process went away.
CREATE TABLE "delivery_tries" (
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "status_code" INTEGER,
    "error" TEXT,
    CONSTRAINT "delivery_tries_pkey" PRIMARY KEY ("delivery_id", "number"),
    CONSTRAINT "delivery_tries_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "deliveries" ("id") ON DELETE CASCADE
);
