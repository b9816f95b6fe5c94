import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { planRefusal, refusePlanOutside } from '../bounds/bounds.ts';
import { OutOfBoundsError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
import { type DerivedHash, derivedHash, deriveHash, hasContent } from './contentHash.ts';
import { readOrigins } from './ownRepository.ts';
import type { PlanKey } from './planKey.ts';
import { knowProject, lineForProjects, type Project } from './projects.ts';
import { findGuess, renameProject, takeName } from './takeName.ts';

/** What a content of a plan is known as. */
export interface Claim extends DerivedHash {
  project: Project;
}

/** Finds the hash of a content that its project has registered before, unless the project was guessed until now. */
export async function findClaim(
  db: Queryable,
  { project, isGuessed, name }: PlanKey & { isGuessed: boolean },
  contentHash: string,
): Promise<Claim | undefined> {
  const [found] = await db.query(
    claimedContent(project, [contentHash, derivedHash(project, contentHash)], isGuessed, contentHash, name),
  );
  return (
    found && {
      hash: found.hash,
      hashedFor: found.hashedFor,
      project: { name: project, prefix: found.prefix },
    }
  );
}

const claimedContent = statement({
  name: 'claimed_content',
  text: `SELECT hash, hashed_for AS "hashedFor", prefix FROM plans JOIN projects ON projects.name = project
      WHERE (hash = ANY($2::bpchar[]) OR project = $1 AND plans.name = $5 AND hashed_for IS NOT NULL AND ${hasContent('$4')})
        AND project = $1 AND NOT is_assumed AND ($3 OR NOT is_guessed)
      ORDER BY hash = $4::text DESC LIMIT 1`,
  row: { hash: col.text, hashedFor: col.text.orNull, prefix: col.text },
});

/**
 * Says by which hash the server knows a content of a project's plan, within a transaction that inserts it: the hash of
 * the content for the first project, and for what is on record from before and no other project has registered; else one
 * of both. What a name means from before goes with its latest content, and so does what it means to a project that was only
 * guessed, once somebody names the project: that keeps the hash which it has.
 * @throws OutOfBoundsError when that is outside the bounds of the viewer, or was a plan of others that it may not take over
 */
export async function claimContent(
  tx: Queryable,
  { project, isGuessed, name }: PlanKey & { isGuessed: boolean },
  contentHash: string,
  viewer: Viewer,
): Promise<Claim> {
  const bounds = boundsFor(viewer, 'work');
  await lineForProjects(tx);
  const guess = isGuessed ? undefined : await findGuess(tx, { project, name }, contentHash);
  if (guess) await refuseTakeover(tx, viewer, { project: guess.project, name });
  if (guess) await renameProject(tx, guess.project, project);
  const known = await knowProject(tx, project, isGuessed);
  if (guess) await takeName(tx, { project, name }, guess.project);
  // Also what somebody who stood in line before has claimed meanwhile.
  const own = await findClaim(tx, { project, isGuessed: true, name }, contentHash);
  if (own) return own;
  if (guess) return { ...guess, project: known };
  const row = await readOwner(tx, contentHash);
  if (row?.isAssumed) await refuseTakeover(tx, viewer, { project: row.project, name });
  if (row?.project === '' ? row.isLatest : row === undefined && (await mayTakeName(tx, { project, name }))) {
    // What came to be there just now must stay as it is, too.
    const isInside = bounds === undefined || !planRefusal(bounds, { project: '', name });
    if (isInside || (await isWithoutProject(tx, name)))
      await refuseTakeover(tx, viewer, { project: '', name });
    if (isInside) await takeName(tx, { project, name }, '');
  }
  const isFree = row === undefined ? known.prefix === '' : row.isAssumed;
  const derived = isFree
    ? { hash: contentHash, hashedFor: null }
    : await deriveHash(tx, project, contentHash);
  return { ...derived, project: known };
}

/**
 * Refuses to take over what is outside bounds, though the plan that takes it over is inside; and from the key of a service
 * that only works what somebody else has registered, since what a server demands of a plan goes by its project.
 * @throws OutOfBoundsError
 */
async function refuseTakeover(tx: Queryable, viewer: Viewer, { project, name }: PlanKey): Promise<void> {
  const former = project === '' ? 'the plan of no project' : `that of ${project}`;
  const what = `register the plan ${name}, which continues ${former}. Register it once with a key without bounds`;
  refusePlanOutside(boundsFor(viewer, 'work'), { project, name }, what);
  if (viewer.kind !== 'service' || mayDo(viewer, 'operate')) return;
  const [last] = await tx.query(lastRegisteredBy(project, name));
  if (last === undefined || last.by === viewer.id) return;
  throw new OutOfBoundsError(
    `This key may not register the plan ${name}: it would take over ${former}, which ${last.by} has registered. Register it once with a key that has the operate scope.`,
  );
}

const lastRegisteredBy = statement({
  name: 'last_registered_by',
  text: 'SELECT registered_by AS by FROM plans WHERE project = $1 AND name = $2 ORDER BY registered_at DESC, hash DESC LIMIT 1',
  row: { by: col.text.orNull },
});

/** Whose a content is. */
interface Owner {
  project: string;
  isAssumed: boolean;
  /** Whether it is the latest of its name there. */
  isLatest: boolean;
}

async function readOwner(tx: Queryable, contentHash: string): Promise<Owner | undefined> {
  const [row] = await tx.query(ownerOfContent(contentHash));
  return row;
}

const ownerOfContent = statement({
  name: 'owner_of_content',
  text: `SELECT project, is_assumed AS "isAssumed", NOT EXISTS (SELECT 1 FROM plans later WHERE later.project = plans.project AND later.name = plans.name
        AND (later.registered_at, later.hash) > (plans.registered_at, plans.hash)) AS "isLatest"
      FROM plans WHERE hash = $1 FOR UPDATE`,
  row: { project: col.text, isAssumed: col.bool, isLatest: col.bool },
});

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
  const [known] = await tx.query(isNewNameSql(project, name));
  return known?.isNew === true;
}

const isNewNameSql = statement({
  name: 'is_new_name',
  text: 'SELECT NOT EXISTS (SELECT 1 FROM plans WHERE project = $1 AND name = $2) AS "isNew"',
  row: { isNew: col.bool },
});

/** Says whether there is something of a plan that belongs to no project, which a project would take over with its name. */
async function isWithoutProject(tx: Queryable, name: string): Promise<boolean> {
  const [known] = await tx.query(isWithoutProjectSql(name));
  return known?.isKnown === true;
}

const isWithoutProjectSql = statement({
  name: 'is_without_project',
  text: `SELECT EXISTS (SELECT 1 FROM plans WHERE project = '' AND name = $1)
      OR EXISTS (SELECT 1 FROM schedules WHERE project = '' AND plan = $1)
      OR EXISTS (SELECT 1 FROM plan_states WHERE project = '' AND plan = $1)
      OR EXISTS (SELECT 1 FROM schedule_ticks WHERE project = '' AND plan = $1) AS "isKnown"`,
  row: { isKnown: col.bool },
});
