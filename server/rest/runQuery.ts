import type * as z from 'zod';
import { type RunFilter, runFilter } from '../../domain/runs/input.ts';
import { repeated, single } from './query.ts';

const { statuses, projects, plans, labels, since, until } = runFilter.shape;

/** The filters of runs, by their names in the query. */
export const runFilterQuery = {
  status: repeated(statuses).meta({ description: 'One or more statuses.' }),
  project: repeated(projects).meta({ description: 'One or more projects.' }),
  plan: repeated(plans).meta({ description: 'One or more plans: `nightly`, or `acme/site:nightly`.' }),
  label: repeated(labels).meta({
    description: 'With a step that only workers with any of these labels take.',
  }),
  since: single(since).meta({ description: 'Created at this time or later.', format: 'date-time' }),
  until: single(until).meta({ description: 'Created before this time.', format: 'date-time' }),
};

/** Gives the domain's filter that a query means. */
export function runFilterOf(query: z.output<z.ZodObject<typeof runFilterQuery>>): RunFilter {
  const { status, project, plan, label, since: from, until: to, ...forgotten } = query;
  // One that is declared above and not handed on here does not compile.
  forgotten satisfies Record<string, never>;
  return { statuses: status, projects: project, plans: plan, labels: label, since: from, until: to };
}
