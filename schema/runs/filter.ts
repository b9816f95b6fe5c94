import { readInput } from '../../domain/input/read.ts';
import { type RunFilter, runFilter } from '../../domain/runs/input.ts';
import { builder } from '../builder.ts';
import { RunStatusEnum } from '../enums.ts';
import { inFilter } from '../inFilter.ts';

/** Which runs a list holds, as GraphQL callers write it. */
export const RunFilterInput = builder.inputType('RunFilter', {
  description:
    'Filters runs. Of several values in one field, any may match; of several fields, all must match.',
  fields: (t) => ({
    status: t.field({ type: [RunStatusEnum], description: 'Any of these statuses, as they are now.' }),
    project: t.stringList({ description: 'Of any of these projects, e.g. `acme/site`; at most 10.' }),
    plan: t.stringList({
      description:
        'Of any of these plans, e.g. `nightly` in whatever project, or `acme/site:nightly`; at most 10.',
    }),
    label: t.stringList({
      description: 'With a step that only workers with any of these labels take, e.g. `gpu`; at most 10.',
    }),
    since: t.field({ type: 'DateTime', description: 'Created at this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Created before this time.' }),
  }),
});

/** Reads a filter. @throws InvalidInputError that names the field as the caller wrote it */
export function readRunFilter(filter: typeof RunFilterInput.$inferInput | null | undefined): RunFilter {
  const { status, project, plan, label, since, until, ...forgotten } = filter ?? {};
  // A field that is declared above and not handed on here does not compile.
  forgotten satisfies Record<string, never>;
  return inFilter(ownNames, () =>
    readInput(runFilter, {
      statuses: status ?? undefined,
      projects: project ?? undefined,
      plans: plan ?? undefined,
      labels: label ?? undefined,
      since,
      until,
    }),
  );
}

const ownNames = { statuses: 'status', projects: 'project', plans: 'plan', labels: 'label' };
