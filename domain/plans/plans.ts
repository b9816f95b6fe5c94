import { ByteCache } from '../../contract/byteCache.ts';
import { planLabel } from '../../contract/projectName.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { projectsWithin, refusePlanOutside } from '../bounds/bounds.ts';
import { InvalidInputError } from '../input/errors.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { checkGraph } from './checkGraph.ts';
import { type Claim, claimContent, findClaim } from './claimContent.ts';
import { hashDefinition, type PlanDefinition, writeDefinition } from './planDefinition.ts';
import { type PlanHome, refuseOtherPath } from './planHome.ts';
import { chooseKey, findPlanKey, isMeant, meantValues, standingOf } from './planKey.ts';

/** A plan as the server knows it. */
export interface KnownPlan {
  /** By which its runs, queues and leases name it. */
  hash: string;
  /** The project that it belongs to; empty for none. */
  project: string;
  /** What the ids of the project's runs begin with, unless they are given; empty for none. */
  prefix: string;
  definition: PlanDefinition;
}

/** A plan that was just registered. */
export interface RegisteredPlan extends KnownPlan {
  /** By the database's clock. */
  registeredAt: string;
}

/**
 * Makes a plan known, so that a worker can ask for its tasks before any run of it, and makes it the one that its project
 * and name mean. The same content is one plan of its project. Without a home it is of the project that has a plan of this
 * name, or of none. Who made a content known, first or in place of somebody else, is on record.
 * @throws InvalidInputError, PlanElsewhereError, OutOfBoundsError
 */
export async function registerPlan(
  db: Pick<Database, 'query' | 'transaction'>,
  viewer: Viewer,
  definition: PlanDefinition,
  via: DecisionVia = 'graphql',
  home?: PlanHome | null,
): Promise<RegisteredPlan> {
  const given = { viewer, definition, via, content: writeDefinition(definition) };
  checkGraph(definition);
  const contentHash = hashDefinition(definition);
  const { name } = definition;
  const whose = home ?? (await homeOfName(db, name));
  refusePlanOutside(boundsFor(viewer, 'work'), { project: whose?.project ?? '', name });
  if (whose === undefined) {
    const project = { name: '', prefix: '' };
    return known(await insertContent(db, given, { hash: contentHash, hashedFor: null, project }));
  }
  if (whose.path != null) await refuseOtherPath(db, { ...whose, name });
  const claimed = await findClaim(db, { ...whose, name }, contentHash);
  const inserted = claimed && (await insertContent(db, given, claimed, whose.path));
  if (inserted) return inserted;
  const registered = await db.transaction(async (tx) => {
    const claim = await claimContent(tx, { ...whose, name }, contentHash, viewer);
    return insertContent(tx, given, claim, whose.path);
  });
  // It came to be outside just now, which is seen from here on.
  if (registered === undefined && boundsFor(viewer, 'work'))
    return registerPlan(db, viewer, definition, via, home);
  return known(registered);
}

function known(plan: RegisteredPlan | undefined): RegisteredPlan {
  if (plan === undefined)
    throw new Error('A plan could not be registered, because another project has the same hash.');
  return plan;
}

/** Whose a plan is that is named without its project. @throws InvalidInputError when several have one */
async function homeOfName(db: Queryable, name: string): Promise<PlanHome | undefined> {
  const key = await findPlanKey(db, name);
  // It is known by now how sure the project is.
  return key && key.project !== '' && key.name === name
    ? { project: key.project, isGuessed: true }
    : undefined;
}

/** Undefined when the content went to another project meanwhile, or lies outside the bounds of whoever registers it. */
async function insertContent(
  db: Queryable,
  given: { viewer: Viewer; definition: PlanDefinition; via: DecisionVia; content: string },
  { hash, hashedFor, project }: Claim,
  path?: string | null,
): Promise<RegisteredPlan | undefined> {
  const { viewer, definition, via, content } = given;
  const { name } = definition;
  // The row that was there before is not seen by what changes it in the same statement.
  const [before] = await db.query(
    registerPlanSql(
      hash,
      name,
      content,
      viewer.id,
      project.name,
      path,
      hashedFor,
      projectsWithin(boundsFor(viewer, 'work'))?.filter((one) => one !== ''),
    ),
  );
  if (before === undefined) return undefined;
  if (before.isNew || before.by !== viewer.id)
    await recordDecision(db, {
      action: 'register',
      outcome: 'done',
      via,
      note: `content ${hash}`,
      subject: planLabel({ project: project.name, name }),
      ...recordedBy(viewer),
    });
  const { registeredAt } = before;
  return { hash, project: project.name, prefix: project.prefix, definition, registeredAt };
}

const registerPlanSql = statement({
  name: 'register_plan',
  text: `WITH before AS (SELECT registered_by FROM plans WHERE hash = $1)
      INSERT INTO plans (hash, name, definition, registered_by, project, is_assumed, hashed_for, path) VALUES ($1, $2::text, $3, $4, $5::text, $5::text = '', $7, coalesce($6,
        (SELECT path FROM plans WHERE name = $2::text AND project = $5::text AND path IS NOT NULL ORDER BY registered_at DESC LIMIT 1)))
      ON CONFLICT (hash) DO UPDATE SET registered_at = now(), registered_by = excluded.registered_by,
        project = CASE WHEN excluded.is_assumed THEN plans.project ELSE excluded.project END,
        is_assumed = plans.is_assumed AND excluded.is_assumed, path = coalesce(excluded.path, plans.path)
        WHERE (plans.is_assumed OR excluded.is_assumed OR plans.project = excluded.project)
          AND ($8::text[] IS NULL OR plans.project = ANY($8::text[]))
      RETURNING (SELECT registered_by FROM before) AS by, NOT EXISTS (SELECT 1 FROM before) AS "isNew",
        registered_at AS "registeredAt"`,
  row: { by: col.text.orNull, isNew: col.bool, registeredAt: col.time },
});

/**
 * Finds those contents of plans by which runs are on record, open ones or such as may be retried. With a project those
 * that another one has registered are left out.
 */
export async function plansOnRecord(
  db: Queryable,
  hashes: readonly string[],
  project?: string | null,
): Promise<string[]> {
  const found = await db.query(plansOnRecordSql(hashes, project));
  return found.map(({ hash }) => hash);
}

const plansOnRecordSql = statement({
  name: 'plans_on_record',
  text: `SELECT wanted.hash FROM unnest($1::text[]) AS wanted(hash) JOIN plans ON plans.hash = wanted.hash
      WHERE EXISTS (SELECT 1 FROM runs WHERE plan_hash = wanted.hash)
        AND ($2::text IS NULL OR is_assumed OR project = $2)`,
  row: { hash: col.text },
});

/**
 * Finds the plan that was registered last under a name, such as `nightly`, or `acme/site:nightly` where several projects
 * have one.
 * @throws InvalidInputError when there is none, or several, or when it is retired unless that is asked for too
 */
export async function planNamed(
  db: Pick<Database, 'query' | 'prisma'>,
  text: string,
  { orRetired = false }: { orRetired?: boolean } = {},
): Promise<KnownPlan> {
  const found = await db.query(planByName(...meantValues(text)));
  const open = found.filter((plan) => !plan.isRetired);
  const plan = chooseKey(text, orRetired || open.length === 0 ? found : open);
  if (plan?.isRetired && !orRetired) throw retiredError('plan', text);
  if (plan) {
    const { hash, project, prefix, definition } = plan;
    return { hash, project, prefix, definition };
  }
  const names = await namesOfPlans(db);
  const message = `There is no plan ${text}. ${names.length === 0 ? 'No plan is registered yet: start a worker.' : `Registered plans: ${names.join(', ')}.`}`;
  throw new InvalidInputError([{ path: ['plan'], message, type: 'unknown_plan' }]);
}

const isRetired = `EXISTS (SELECT 1 FROM plan_states WHERE plan = plans.name AND plan_states.project = plans.project
  AND state = 'retired')`;

// Prisma would read the contents of all plans of the name, and keep one of each project.
const planByName = statement({
  name: 'plan_by_name',
  text: `SELECT DISTINCT ON (project, plans.name) hash, project, plans.name, coalesce(prefix, '') AS prefix, definition,
        ${isRetired} AS "isRetired", ${standingOf('project')} AS standing
      FROM plans LEFT JOIN projects ON projects.name = project WHERE ${isMeant('plans.name', 'project')}
      ORDER BY project, plans.name, registered_at DESC`,
  row: {
    hash: col.text,
    project: col.text,
    name: col.text,
    prefix: col.text,
    definition: col.json<PlanDefinition>(),
    isRetired: col.bool,
    standing: col.int,
  },
});

/** Names the plans that are known and not retired, at most 20; with their projects where several have one of the name. */
async function namesOfPlans({ prisma }: Pick<Database, 'prisma'>): Promise<string[]> {
  const retired = await prisma.planState.findMany({
    where: { state: 'retired' },
    select: { plan: true, project: true },
  });
  const labels = new Set(retired.map(({ plan, project }) => planLabel({ project, name: plan })));
  const plans = await prisma.plan.groupBy({
    by: ['name', 'project'],
    orderBy: [{ name: 'asc' }, { project: 'asc' }],
  });
  const known = plans.filter((plan) => !labels.has(planLabel(plan)));
  const byName = Map.groupBy(known, ({ name }) => name);
  return known
    .slice(0, 20)
    .map((plan) => (byName.get(plan.name)?.length === 1 ? plan.name : planLabel(plan)));
}

function retiredError(field: 'plan' | 'definition', text: string): InvalidInputError {
  const message = `expected a plan that is not retired; run "nightshift plan resume ${text}" to bring it back`;
  return new InvalidInputError([{ path: [field], message, type: 'retired_plan' }]);
}

/** Gives the plan of a content, unless it is retired. @throws InvalidInputError */
export async function unlessRetired(db: Queryable, plan: KnownPlan): Promise<KnownPlan> {
  const key = { project: plan.project, name: plan.definition.name };
  const retired = await db.query(isPlanRetired(key.name, key.project));
  if (retired.length > 0) throw retiredError('definition', planLabel(key));
  return plan;
}

const isPlanRetired = statement({
  name: 'is_plan_retired',
  text: "SELECT 1 FROM plan_states WHERE plan = $1 AND project = $2 AND state = 'retired'",
});

/** What the contents of plans that are remembered take, as JSON; as objects they take some times more. */
const remembered = new ByteCache<PlanDefinition>(8 * 1024 * 1024);

/** Reads the content of a plan by its hash; contents never change, so the latest used ones are remembered. */
export async function readDefinition(db: Queryable, hash: string): Promise<PlanDefinition> {
  const known = remembered.get(hash);
  if (known !== undefined) return known;
  const [plan] = await db.query(planByHash(hash));
  if (plan === undefined) throw new Error(`Plan ${hash} is not registered.`);
  remembered.set(hash, plan.definition, plan.bytes);
  return plan.definition;
}

const planByHash = statement({
  name: 'plan_by_hash',
  text: 'SELECT definition, octet_length(definition::text) AS bytes FROM plans WHERE hash = $1',
  row: { definition: col.json<PlanDefinition>(), bytes: col.int },
});

/** Reads several contents of plans by their hashes, in that order, those that are not remembered with one statement. */
export async function readDefinitions(
  db: Queryable,
  hashes: readonly string[],
): Promise<(PlanDefinition | null)[]> {
  const found = new Map(hashes.map((hash) => [hash, remembered.get(hash)]));
  const missing = hashes.filter((hash) => found.get(hash) === undefined);
  const rows = missing.length === 0 ? [] : await db.query(plansByHashes(missing));
  for (const { hash, definition, bytes } of rows) {
    remembered.set(hash, definition, bytes);
    found.set(hash, definition);
  }
  return hashes.map((hash) => found.get(hash) ?? null);
}

const plansByHashes = statement({
  name: 'plans_by_hashes',
  text: 'SELECT hash, definition, octet_length(definition::text) AS bytes FROM plans WHERE hash = ANY($1::text[])',
  row: { hash: col.text, definition: col.json<PlanDefinition>(), bytes: col.int },
});
