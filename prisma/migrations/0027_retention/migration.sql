-- The steps that a run of the engine was started without, so that they are told from those whose tasks were deleted.
ALTER TABLE "runs" ADD COLUMN "left_out" INT[] NOT NULL DEFAULT '{}';

-- Runs from before did not say. Tasks are kept for 90 days unless somebody says otherwise: what a younger run lacks was
-- left out. Of older ones it is not known, so nothing of them counts as left out: a step that needs what is not there does not run.
UPDATE "runs" SET "left_out" = ARRAY(
    SELECT place FROM generate_series(0, jsonb_array_length(plans."definition" -> 'steps') - 1) AS place
    WHERE NOT EXISTS (SELECT 1 FROM "agents_tasks" WHERE "agents_tasks"."run_id" = "runs"."run_id" AND "step" = place))
  FROM "plans" WHERE plans."hash" = "runs"."plan_hash" AND "runs"."created_at" > now() - interval '60 days';

-- Beside the last look at leases (1) it is known when the last daily prune began (2).
ALTER TABLE "sweeps" DROP CONSTRAINT "sweeps_id_check";
ALTER TABLE "sweeps" ADD CONSTRAINT "sweeps_id_check" CHECK ("id" IN (1, 2));
