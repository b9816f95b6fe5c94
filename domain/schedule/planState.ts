import * as z from 'zod';
import { note } from '../../contract/input/text.ts';
import { planLabel } from '../../contract/projectName.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import { type PlanStateName, planStateFacts } from '../../contract/words/plans.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { refusePlanOutside } from '../bounds/bounds.ts';
import { boundsFor, type Viewer } from '../input/viewer.ts';
import { isMeant, meantValues, type PlanKey, planReference } from '../plans/planKey.ts';
import { planNamed } from '../plans/plans.ts';
import type { Store } from '../store.ts';

/** What somebody said of a plan as a whole. */
export interface PlanState {
  plan: string;
  /** The project of the plan; null for none. */
  project: string | null;
  state: PlanStateName;
  reason: string | null;
  /** Null for a plan of which nobody said anything. */
  saidBy: string | null;
  saidAt: string | null;
}

/** Which plan, and why. */
export const planStateInput = z.object({
  plan: planReference,
  reason: note.pipe(z.string().max(500)).nullish(),
});

/**
 * Pauses, resumes or retires a plan. It stays on record who did, and why.
 * @throws InvalidInputError when no plan has this name, or several have; OutOfBoundsError
 */
export async function setPlanState(
  { db }: Store,
  viewer: Viewer,
  state: PlanState['state'],
  { plan, reason }: z.output<typeof planStateInput>,
  via: DecisionVia = 'graphql',
): Promise<PlanState> {
  const { project, definition } = await planNamed(db, plan, { orRetired: true });
  const key = { project, name: definition.name };
  refusePlanOutside(boundsFor(viewer, 'operate'), key);
  return db.transaction(async (tx) => {
    if (state === 'active') await tx.query(resumePlan(key.name, project));
    else await tx.query(setPlanStateSql(key.name, project, state, reason ?? null, viewer.id));
    await recordDecision(tx, {
      action: planStateFacts[state].action,
      outcome: 'done',
      subject: planLabel(key),
      note: reason,
      via,
      ...recordedBy(viewer),
    });
    return readPlanState(tx, key);
  });
}

const resumePlan = statement({
  name: 'resume_plan',
  text: 'DELETE FROM plan_states WHERE plan = $1 AND project = $2',
});

const setPlanStateSql = statement({
  name: 'set_plan_state',
  text: `INSERT INTO plan_states (plan, project, state, reason, said_by) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (plan, project) DO UPDATE SET state = excluded.state, reason = excluded.reason,
      said_by = excluded.said_by, said_at = now()`,
});

/** Reads where a plan stands. */
export async function readPlanState(db: Queryable, { project, name }: PlanKey): Promise<PlanState> {
  const [said] = await db.query(planState(name, project));
  return (
    said ?? {
      plan: name,
      project: project || null,
      state: 'active',
      reason: null,
      saidBy: null,
      saidAt: null,
    }
  );
}

const planState = statement({
  name: 'plan_state',
  text: `SELECT plan, nullif(project, '') AS project, state, reason, said_by AS "saidBy", said_at AS "saidAt" FROM plan_states WHERE plan = $1 AND project = $2`,
  row: {
    plan: col.text,
    project: col.text.orNull,
    state: col.word<PlanStateName>(),
    reason: col.text.orNull,
    saidBy: col.text,
    saidAt: col.time,
  },
});

/** A plan that is known, with where it stands and its schedule. */
export interface KnownPlanState extends PlanState {
  /** The cron expression of its schedule; null if it has none. */
  schedule: string | null;
  timezone: string | null;
  /** When its content was last registered. */
  registeredAt: string;
  /** The time by the database's clock when it was read. */
  readAt: string;
}

/** Which plans to list. */
export const planListInput = z.object({
  /** Only those that this name may mean. */
  plan: planReference.nullish(),
  /** Whether those that are retired are listed as well. */
  retired: z.boolean().default(false),
  first: z.int().min(1).max(200).default(50),
});

/** Lists the registered plans by project and name. */
export async function listPlans(
  db: Queryable,
  { plan, retired, first }: z.output<typeof planListInput>,
): Promise<KnownPlanState[]> {
  return db.query(listPlansSql(...(plan == null ? [null, null, null] : meantValues(plan)), retired, first));
}

const listPlansSql = statement({
  name: 'list_plans',
  text: `SELECT known.name AS plan, nullif(known.project, '') AS project, coalesce(said.state, 'active') AS state, said.reason,
        said.said_by AS "saidBy", said.said_at AS "saidAt", expression AS schedule, timezone, registered_at AS "registeredAt",
        now()::timestamptz(3) AS "readAt"
      FROM (SELECT name, project, max(registered_at) AS registered_at FROM plans
        WHERE $1::text IS NULL OR ${isMeant('name', 'project')} GROUP BY project, name) known
      LEFT JOIN plan_states said ON said.plan = known.name AND said.project = known.project
      LEFT JOIN schedules ON schedules.plan = known.name AND schedules.project = known.project
      WHERE $4 OR said.state IS DISTINCT FROM 'retired' ORDER BY known.project, known.name LIMIT $5`,
  row: {
    plan: col.text,
    project: col.text.orNull,
    state: col.word<PlanStateName>(),
    reason: col.text.orNull,
    saidBy: col.text.orNull,
    saidAt: col.time.orNull,
    schedule: col.text.orNull,
    timezone: col.text.orNull,
    registeredAt: col.time,
    readAt: col.time,
  },
});

/** Says why a plan's schedule starts nothing; undefined while it does. */
export function reasonToRest({ state, reason, saidBy }: PlanState): string | undefined {
  if (state === 'active') return undefined;
  return `${state} by ${saidBy}${reason === null ? '' : `: ${reason}`}`;
}
