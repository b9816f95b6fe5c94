import { createHash } from 'node:crypto';
import type { Queryable } from '../../prisma/database/database.ts';
import { readOrigins } from './ownRepository.ts';
import type { PlanKey } from './planKey.ts';
import { knowProject, lineForProjects, type Project } from './projects.ts';

/** What a content of a plan is known as. */
export interface Claim {
  /** By which runs, queues and leases name it. */
  hash: string;
  project: Project;
}

/** Finds the hash of a content that its project has registered before. */
export async function findClaim(
  db: Queryable,
  { project, isGuessed }: { project: string; isGuessed: boolean },
  contentHash: string,
): Promise<Claim | undefined> {
  const [found] = await db.query<{ hash: string; prefix: string }>({
    name: 'claimed_content',
    text: `SELECT hash, prefix FROM plans JOIN projects ON projects.name = project
      WHERE hash = ANY($2::text[]) AND project = $1 AND NOT is_assumed AND ($3 OR NOT is_guessed)
      ORDER BY hash = $4 DESC LIMIT 1`,
    values: [project, [contentHash, derivedHash(project, contentHash)], isGuessed, contentHash],
  });
  return found && { hash: found.hash, project: { name: project, prefix: found.prefix } };
}

/**
 * Says by which hash the server knows a content of a project's plan, within a transaction that inserts it: the hash of
 * the content for the first project, and for what is on record from before and no other project has registered; else one
 * of both. What a name means from before goes with its latest content, and so does what it means to a project that was only
 * guessed, once somebody names the project.
 */
export async function claimContent(
  tx: Queryable,
  { project, isGuessed, name }: PlanKey & { isGuessed: boolean },
  contentHash: string,
): Promise<Claim> {
  await lineForProjects(tx);
  const before = await readOwner(tx, contentHash);
  const isNamed = before !== undefined && !isGuessed && (await isNamedNow(tx, before, { project, name }));
  if (isNamed) await renameProject(tx, before.project, project);
  const known = await knowProject(tx, project, isGuessed);
  if (isNamed) await takeName(tx, { project, name }, before.project);
  const row = isNamed ? { ...before, project } : before;
  const isFree = row === undefined ? known.prefix === '' : row.isAssumed || row.project === project;
  const hash = isFree ? contentHash : derivedHash(project, contentHash);
  const wasNobodys = row?.project === '' && row.isLatest;
  if (wasNobodys || (row === undefined && (await mayTakeName(tx, { project, name }))))
    await takeName(tx, { project, name }, '');
  return { hash, project: known };
}

/** Whose a content is. */
interface Owner {
  project: string;
  isAssumed: boolean;
  /** Whether it is the latest of its name there. */
  isLatest: boolean;
  isGuessed: boolean;
}

async function readOwner(tx: Queryable, contentHash: string): Promise<Owner | undefined> {
  const [row] = await tx.query<Owner>({
    name: 'owner_of_content',
    text: `SELECT project, is_assumed AS "isAssumed", NOT EXISTS (SELECT 1 FROM plans later WHERE later.project = plans.project AND later.name = plans.name
        AND (later.registered_at, later.hash) > (plans.registered_at, plans.hash)) AS "isLatest",
        coalesce((SELECT is_guessed FROM projects WHERE projects.name = project), false) AS "isGuessed"
      FROM plans WHERE hash = $1 FOR UPDATE`,
    values: [contentHash],
  });
  return row;
}

/** Says whether a project that was only guessed has its name now: it has this very content, and nobody else this plan. */
async function isNamedNow(tx: Queryable, owner: Owner, { project, name }: PlanKey): Promise<boolean> {
  return (
    owner.isGuessed && owner.isLatest && owner.project !== project && (await isNewName(tx, { project, name }))
  );
}

/** Has a project whose plans all come over keep the ids of its runs, unless the other one is known already. */
async function renameProject(tx: Queryable, from: string, project: string): Promise<void> {
  await tx.query({
    name: 'rename_project',
    text: `UPDATE projects SET name = $2::text, is_guessed = false WHERE name = $1::text
      AND NOT EXISTS (SELECT 1 FROM projects known WHERE known.name = $2::text)
      AND (SELECT count(DISTINCT plans.name) FROM plans WHERE project = $1::text) = 1`,
    values: [from, project],
  });
}

/** The hash of a content that is not its project's alone. */
function derivedHash(project: string, contentHash: string): string {
  return createHash('sha256').update(`${project}\n${contentHash}`).digest('hex');
}

/**
 * Says whether a project that comes with a new content of a plan goes on with what its name means from before: unless it
 * has such a plan itself, or workers came with another repository then.
 */
async function mayTakeName(tx: Queryable, { project, name }: PlanKey): Promise<boolean> {
  if (!(await isNewName(tx, { project, name }))) return false;
  const origins = await readOrigins(tx, { project: '', name });
  return origins.length === 0 || origins.some((origin) => origin.endsWith(`/${project.toLowerCase()}`));
}

async function isNewName(tx: Queryable, { project, name }: PlanKey): Promise<boolean> {
  const [known] = await tx.query<{ isNew: boolean }>({
    name: 'is_new_name',
    text: 'SELECT NOT EXISTS (SELECT 1 FROM plans WHERE project = $1 AND name = $2) AS "isNew"',
    values: [project, name],
  });
  return known?.isNew === true;
}

/** Gives a project what a name means to another one, or from before: other contents, the schedule, its due times, its state and origins. */
async function takeName(tx: Queryable, { project, name }: PlanKey, from: string): Promise<void> {
  const values = [project, name, from];
  await tx.query({
    name: 'take_contents',
    text: `UPDATE plans SET project = $1::text WHERE project = $3::text AND name = $2::text`,
    values,
  });
  for (const [table, same] of [
    ['schedules', ''],
    ['plan_states', ''],
    ['schedule_ticks', 'AND own.due_at = given.due_at'],
  ] as const)
    await tx.query({
      name: `take_${table}`,
      text: `UPDATE ${table} given SET project = $1::text WHERE project = $3::text AND plan = $2::text
        AND NOT EXISTS (SELECT 1 FROM ${table} own WHERE own.project = $1::text AND own.plan = $2::text ${same})`,
      values,
    });
  // None of these rows ever changes.
  await tx.query({
    name: 'take_plan_origins',
    text: `INSERT INTO plan_origins (project, plan, origins, worker, said_by, said_at)
      SELECT $1::text, plan, origins, worker, said_by, said_at FROM plan_origins WHERE project = $3::text AND plan = $2::text
        AND NOT EXISTS (SELECT 1 FROM plan_origins own WHERE own.project = $1::text AND own.plan = $2::text) ORDER BY id`,
    values,
  });
}
