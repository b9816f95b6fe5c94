import * as z from 'zod';
import { name } from '../../contract/input/text.ts';
import { planLabel } from '../../contract/projectName.ts';
import { nameOf, repositoryOf } from '../../contract/pulls/pullLinks.ts';
import type { DecisionVia } from '../../contract/words/decisions.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { planRefusal } from '../bounds/bounds.ts';
import { InvalidInputError } from '../input/errors.ts';
import { boundsFor, mayDo, type Viewer } from '../input/viewer.ts';
import { readOrigins } from './ownRepository.ts';
import { isMeant, meantValues, planReference } from './planKey.ts';
import { planNamed } from './plans.ts';

/** Which repositories the work of a plan belongs to. */
export interface PlanOrigins {
  plan: string;
  /** The project of the plan; null for none. */
  project: string | null;
  /** Such as `github.com/acme/site`. */
  origins: string[];
  /** Which they were before. */
  before: string[];
}

/** What an admin says of a plan. */
export const trustOriginsInput = z.object({
  plan: planReference,
  /** Addresses of remotes in any form, or such as `github.com/acme/site`; none means that people decide everything. */
  origins: z.array(name(1024)).max(20),
});

/**
 * Says which repositories the work of a plan belongs to, in place of all before: in these, GitHub's word counts from the
 * next report on. It stays on record who said so.
 * @throws InvalidInputError, OutOfBoundsError
 */
export async function trustOrigins(
  { db }: { db: Database },
  viewer: Viewer,
  { plan, origins }: z.output<typeof trustOriginsInput>,
  via: DecisionVia = 'graphql',
): Promise<PlanOrigins> {
  const { project, definition } = await planNamed(db, plan);
  const key = { project, name: definition.name };
  const bounds = boundsFor(viewer, 'admin');
  const outside = bounds && planRefusal(bounds, key);
  if (outside) {
    await recordRefusal(db, viewer, { plan, via, refusal: outside.message });
    throw outside;
  }
  const names = origins.map((address, index) => {
    const repository = repositoryOf(address);
    if (repository) return nameOf(repository);
    const message = `expected the URL of a repository such as github.com/acme/site, got ${address.slice(0, 100)}`;
    throw new InvalidInputError([{ path: ['origins', index], message, type: 'no_repository' }]);
  });
  const said = [...new Set(names)];
  const before = await db.prismaTransaction(async (tx) => {
    const standing = await readOrigins(tx, key);
    await tx.prisma.planOrigin.create({
      data: { plan: key.name, project, origins: said, saidBy: viewer.id },
    });
    await recordDecision(tx, {
      action: 'trust',
      outcome: 'done',
      subject: planLabel(key),
      via,
      note: `${listed(said)} (before: ${listed(standing)})`,
      ...recordedBy(viewer),
    });
    return standing;
  });
  return { plan: key.name, project: project || null, origins: said, before };
}

function listed(origins: readonly string[]): string {
  return origins.length === 0 ? 'none' : origins.join(', ');
}

/**
 * Leaves on record that somebody known tries to say whose the work of a plan is without the scope for it, who is refused.
 * Strangers leave no row, nor does what is said of a plan that is not there: either could fill the table.
 */
export async function recordUntrusted(
  db: Queryable,
  viewer: Viewer,
  plan: string,
  via: DecisionVia,
): Promise<void> {
  if (mayDo(viewer, 'admin') || !viewer.identified) return;
  if (!trustOriginsInput.shape.plan.safeParse(plan).success) return;
  const known = await db.query(isPlan(...meantValues(plan)));
  if (known.length === 0) return;
  await recordRefusal(db, viewer, { plan, via, refusal: `${viewer.id} does not have the admin scope.` });
}

function recordRefusal(
  db: Queryable,
  viewer: Viewer,
  { plan, via, refusal }: { plan: string; via: DecisionVia; refusal: string },
): Promise<void> {
  return recordDecision(db, {
    action: 'trust',
    outcome: 'refused',
    subject: plan,
    via,
    refusal,
    ...recordedBy(viewer),
  });
}

const isPlan = statement({
  name: 'is_plan',
  text: `SELECT 1 FROM plans WHERE ${isMeant('name', 'project')} LIMIT 1`,
});
