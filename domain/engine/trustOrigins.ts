import * as z from 'zod';
import { nameOf, repositoryOf } from '../../contract/pullLinks.ts';
import { InvalidInputError } from '../errors.ts';
import { name } from '../input/text.ts';
import type { Store } from '../store.ts';
import type { Viewer } from '../viewer.ts';
import { readOrigins } from './ownRepository.ts';
import { planNamed } from './plans.ts';

/** Which repositories the work of a plan belongs to. */
export interface PlanOrigins {
  plan: string;
  /** Such as `github.com/acme/site`. */
  origins: string[];
  /** Which they were before. */
  before: string[];
}

/** What an admin says of a plan. */
export const trustOriginsInput = z.object({
  plan: name(64),
  /** Addresses of remotes in any form, or such as `github.com/acme/site`; none means that people decide everything. */
  origins: z.array(name(1024)).max(20),
});

/**
 * Says which repositories the work of a plan belongs to, in place of all before: in these, GitHub's word counts from the
 * next report on. It stays on record who said so.
 * @throws InvalidInputError
 */
export async function trustOrigins(
  { db }: Store,
  viewer: Viewer,
  { plan, origins }: z.output<typeof trustOriginsInput>,
): Promise<PlanOrigins> {
  await planNamed(db, plan);
  const names = origins.map((address, index) => {
    const repository = repositoryOf(address);
    if (repository) return nameOf(repository);
    const message = `expected the address of a repository such as github.com/acme/site, got ${address.slice(0, 100)}`;
    throw new InvalidInputError([{ path: ['origins', index], message, type: 'no_repository' }]);
  });
  const before = await readOrigins(db, plan);
  await db.query({
    name: 'trust_origins',
    text: 'INSERT INTO plan_origins (plan, origins, said_by) VALUES ($1, $2::text[], $3)',
    values: [plan, [...new Set(names)], viewer.id],
  });
  return { plan, origins: [...new Set(names)], before };
}
