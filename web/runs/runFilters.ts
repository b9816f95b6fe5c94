import { runStatuses } from '../../contract/words/runStatus.ts';
import { graphqlName } from '../../contract/words/words.ts';
import type { RunFilter, RunStatus } from '../generated/graphql.ts';
import { type FilterFields, type FilterValues, momentOf } from '../parts/filters/fields.ts';
import { runTexts } from '../texts/runs.ts';
import { statusWords } from '../texts/words.ts';

const labels = runTexts.fields;

/** What runs can be filtered by, by the flags of `nightshift runs`. */
export const runFields = {
  status: { kind: 'words', label: labels.status, words: runStatuses, read: statusWords },
  project: { kind: 'texts', label: labels.project, most: 10 },
  plan: { kind: 'texts', label: labels.plan, most: 10 },
  label: { kind: 'texts', label: labels.label, most: 10 },
  since: { kind: 'time', label: labels.since },
  until: { kind: 'time', label: labels.until },
} as const satisfies FilterFields;

/** Writes the filter of the API that the values of the flags mean. */
export function runFilterOf(values: FilterValues<typeof runFields>): RunFilter {
  const since = values.since[0] === undefined ? undefined : momentOf(values.since[0]);
  const until = values.until[0] === undefined ? undefined : momentOf(values.until[0]);
  return {
    ...(values.status.length > 0 && { status: values.status.map((word) => graphqlName(word) as RunStatus) }),
    ...(values.project.length > 0 && { project: [...values.project] }),
    ...(values.plan.length > 0 && { plan: [...values.plan] }),
    ...(values.label.length > 0 && { label: [...values.label] }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}
