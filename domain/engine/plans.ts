import type { Queryable } from '../../prisma/database/database.ts';
import { type DecisionVia, recordDecision } from '../approvals/audit.ts';
import { ByteCache } from '../byteCache.ts';
import { InvalidInputError } from '../errors.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { checkGraph, hashDefinition, type PlanDefinition, writeDefinition } from './planDefinition.ts';
import type { TaskQueue } from './queue.ts';
import { queueOf } from './queueName.ts';

/** A plan as the server knows it. */
export interface KnownPlan {
  hash: string;
  definition: PlanDefinition;
}

/** A plan that was made known just now. */
export interface RegisteredPlan extends KnownPlan {
  /** By the database's clock. */
  registeredAt: string;
}

/**
 * Makes a plan known, so that a worker can ask for its tasks before any run of it, and makes it the one that its name
 * means. The same content is one plan. Who made a content known, first or in place of somebody else, is on record.
 * @throws InvalidInputError
 */
export async function registerPlan(
  db: Queryable,
  viewer: Viewer,
  definition: PlanDefinition,
  via: DecisionVia = 'graphql',
): Promise<RegisteredPlan> {
  const content = writeDefinition(definition);
  checkGraph(definition);
  const hash = hashDefinition(definition);
  // The row that was there before is not seen by what changes it in the same statement.
  const [before] = await db.query<{ by: string | null; isNew: boolean; registeredAt: string }>({
    name: 'register_plan',
    text: `WITH before AS (SELECT registered_by FROM plans WHERE hash = $1)
      INSERT INTO plans (hash, name, definition, registered_by) VALUES ($1, $2, $3, $4)
      ON CONFLICT (hash) DO UPDATE SET registered_at = now(), registered_by = excluded.registered_by
      RETURNING (SELECT registered_by FROM before) AS by, NOT EXISTS (SELECT 1 FROM before) AS "isNew",
        registered_at AS "registeredAt"`,
    values: [hash, definition.name, content, viewer.id],
  });
  if (before === undefined) throw new Error(`Plan ${hash} could not be made known.`);
  if (before.isNew || before.by !== viewer.id)
    await recordDecision(db, {
      ...{ action: 'register', outcome: 'done', subject: definition.name, note: `content ${hash}`, via },
      ...{ viewer: viewer.id, viewerKind: viewer.kind, address: viewer.address },
    });
  return { hash, definition, registeredAt: before.registeredAt };
}

/** Finds those contents of plans by which runs are on record, open ones or such as may be retried. */
export async function plansOnRecord(db: Queryable, hashes: readonly string[]): Promise<string[]> {
  const found = await db.query<{ hash: string }>({
    name: 'plans_on_record',
    text: `SELECT hash FROM unnest($1::text[]) AS wanted(hash) WHERE EXISTS (SELECT 1 FROM runs WHERE plan_hash = wanted.hash)`,
    values: [hashes],
  });
  return found.map(({ hash }) => hash);
}

/**
 * Finds the plan that was registered last under a name.
 * @throws InvalidInputError when there is none, or when it is retired unless that is asked for too
 */
export async function planNamed(
  db: Queryable,
  name: string,
  { orRetired = false }: { orRetired?: boolean } = {},
): Promise<KnownPlan> {
  const [plan] = await db.query<KnownPlan & { isRetired: boolean }>({
    name: 'plan_by_name',
    text: `SELECT hash, definition, ${isRetired} AS "isRetired" FROM plans WHERE name = $1 ORDER BY registered_at DESC LIMIT 1`,
    values: [name],
  });
  if (plan?.isRetired && !orRetired) {
    const message = `expected a plan that is not retired; "nightshift plan resume ${name}" brings it back`;
    throw new InvalidInputError([{ path: ['plan'], message, type: 'retired_plan' }]);
  }
  if (plan) return { hash: plan.hash, definition: plan.definition };
  const known = await db.query<{ name: string }>({
    name: 'plan_names',
    text: `SELECT DISTINCT name FROM plans WHERE NOT ${isRetired} ORDER BY name LIMIT 20`,
  });
  const names = known.length === 0 ? 'none yet; start a worker' : known.map((one) => one.name).join(', ');
  const message = `expected the name of a plan that a worker has made known (${names}), got ${name}`;
  throw new InvalidInputError([{ path: ['plan'], message, type: 'unknown_plan' }]);
}

const isRetired = `EXISTS (SELECT 1 FROM plan_states WHERE plan = plans.name AND state = 'retired')`;

/** What the contents of plans that are remembered take, as JSON; as objects they take some times more. */
const remembered = new ByteCache<PlanDefinition>(8 * 1024 * 1024);

/** Reads the content of a plan by its hash; contents never change, so the latest used ones are remembered. */
export async function readDefinition(db: Queryable, hash: string): Promise<PlanDefinition> {
  const known = remembered.get(hash);
  if (known !== undefined) return known;
  const [plan] = await db.query<{ definition: PlanDefinition; bytes: number }>({
    name: 'plan_by_hash',
    text: 'SELECT definition, octet_length(definition::text) AS bytes FROM plans WHERE hash = $1',
    values: [hash],
  });
  if (plan === undefined) throw new Error(`Plan ${hash} is not there.`);
  remembered.set(hash, plan.definition, plan.bytes);
  return plan.definition;
}

/** Makes the queues of a plan's steps where they are missing; not within a transaction. */
export async function ensureQueues(store: Store, scope: string, { steps }: PlanDefinition): Promise<void> {
  const queue = await store.queue();
  const queues = new Map(steps.map(({ labels }) => [queueOf(scope, labels), labels]));
  for (const [name, labels] of queues) {
    // Marked as used first: a queue that is being removed lets this wait, and then is made again.
    const known = await store.db.query({
      name: 'use_queue',
      text: 'UPDATE task_queues SET used_at = now() WHERE name = $1 RETURNING 1',
      values: [name],
    });
    if (known.length > 0) continue;
    await queue.ensure([name]);
    await store.db.query({
      name: 'add_queue',
      text: `INSERT INTO task_queues (name, scope, labels) VALUES ($1, $2, $3::text[])
        ON CONFLICT (name) DO UPDATE SET used_at = now()`,
      values: [name, scope, labels],
    });
  }
}

/** Removes queues that nothing has used for a day and in which no task can stand; at most 100, says how many. */
export async function removeUnusedQueues(store: Store): Promise<number> {
  const unused = await store.db.query<{ name: string; scope: string }>({
    name: 'unused_queues',
    text: `SELECT name, scope FROM task_queues WHERE used_at < now() - interval '1 day' AND ${nothingOpen} LIMIT 100`,
  });
  if (unused.length === 0) return 0;
  const queue = await store.queue();
  for (const { name } of unused) {
    await store.db.transaction((tx) => removeIfUnused(tx, queue, name));
  }
  return unused.length;
}

const nothingOpen = `NOT EXISTS (SELECT 1 FROM runs JOIN agents_tasks USING (run_id)
  WHERE runs.scope = task_queues.scope AND agents_tasks.status IN ('queued', 'running', 'awaiting_approval'))`;

async function removeIfUnused(tx: Queryable, queue: TaskQueue, name: string): Promise<void> {
  const removed = await tx.query({
    name: 'remove_queue',
    text: `DELETE FROM task_queues WHERE name = $1 AND used_at < now() - interval '1 day' AND ${nothingOpen} RETURNING 1`,
    values: [name],
  });
  if (removed.length > 0) await queue.remove(tx, name);
}
