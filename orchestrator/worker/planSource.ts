import type { Client } from '../../client/index.ts';
import type { Plan } from '../plan/schema.ts';

/** Where the steps of a plan come from, sent with each request for work. */
export type PlanSource = NonNullable<Parameters<Client['leaseTask']>[0]['sources']>[number];

/** Says where a plan's steps come from: the origin of its checkout, and the repositories that steps name themselves. */
export function planSource(
  plan: Plan,
  key: { planHash: string } | { runId: string },
  origin: string | undefined,
): PlanSource {
  const repos = plan.steps.flatMap(({ task, repo }) => (repo === undefined ? [] : [{ task, repo }]));
  return { ...key, ...(origin === undefined ? {} : { origin }), ...(repos.length === 0 ? {} : { repos }) };
}
