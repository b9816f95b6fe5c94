import {
  actionsOfKind,
  auditKinds,
  decisionOutcomes,
  type RecordedAction,
  recordedActions,
} from '../../../contract/words/decisions.ts';
import { graphqlName, spaced } from '../../../contract/words/words.ts';
import type { DecisionFilter } from '../../generated/graphql.ts';
import { type FilterFields, type FilterValues, momentOf } from '../../parts/filters/fields.ts';
import { recordTexts } from '../../texts/record.ts';

const labels = recordTexts.fields;

function readWords<Word extends string>(words: readonly Word[]): Record<Word, string> {
  return Object.fromEntries(words.map((word) => [word, spaced(word)])) as Record<Word, string>;
}

/** What the record can be filtered by, by the flags of `nightshift audit` where it has them. */
export const recordFields = {
  kind: { kind: 'words', label: labels.kind, words: auditKinds, read: recordTexts.kinds },
  action: { kind: 'words', label: labels.action, words: recordedActions, read: readWords(recordedActions) },
  outcome: {
    kind: 'words',
    label: labels.outcome,
    words: decisionOutcomes,
    read: readWords(decisionOutcomes),
  },
  viewer: { kind: 'texts', label: labels.viewer },
  run: { kind: 'texts', label: labels.run },
  task: { kind: 'texts', label: labels.task },
  since: { kind: 'time', label: labels.since },
  until: { kind: 'time', label: labels.until },
} as const satisfies FilterFields;

/** Of these the record is asked for one at a time: another takes the place of the last one. */
export const onlyOne = ['kind', 'viewer', 'run', 'task'] as const;

/** What is asked for, as words of the API's CSV. */
export interface RecordWish {
  task?: number;
  run?: string;
  viewer?: string;
  actions: readonly RecordedAction[];
  outcomes: readonly (typeof decisionOutcomes)[number][];
  since?: string;
  until?: string;
}

/** Reads what the filters ask for. A task that is no number asks for none that there is. */
export function wishOf(values: FilterValues<typeof recordFields>): RecordWish {
  const [kind] = values.kind as readonly (typeof auditKinds)[number][];
  const chosen = values.action as readonly RecordedAction[];
  const ofKind = kind === undefined ? undefined : actionsOfKind(kind);
  const both = chosen.filter((action) => ofKind?.includes(action) ?? true);
  const task = values.task[0] === undefined ? undefined : Number(values.task[0]);
  const since = values.since[0] === undefined ? undefined : momentOf(values.since[0]);
  const until = values.until[0] === undefined ? undefined : momentOf(values.until[0]);
  return {
    actions: chosen.length > 0 ? both : (ofKind ?? []),
    outcomes: values.outcome as RecordWish['outcomes'],
    ...(task !== undefined && { task }),
    ...(values.run[0] !== undefined && { run: values.run[0] }),
    ...(values.viewer[0] !== undefined && { viewer: values.viewer[0] }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** Says whether nothing can match: the filters exclude each other, or name no task. */
export function isImpossible(
  values: FilterValues<typeof recordFields>,
  { task, actions }: RecordWish,
): boolean {
  const isNoTask = task !== undefined && !(Number.isInteger(task) && task > 0 && task < 2 ** 31);
  return isNoTask || (values.action.length > 0 && actions.length === 0);
}

/** Writes the filter of GraphQL. */
export function recordFilterOf({ task, run, actions, outcomes, ...rest }: RecordWish): DecisionFilter {
  return {
    ...rest,
    ...(task !== undefined && { taskDatabaseId: task }),
    ...(run !== undefined && { runId: run }),
    ...(actions.length > 0 && { action: actions.map(graphqlName) }),
    ...(outcomes.length > 0 && { outcome: outcomes.map(graphqlName) }),
  };
}

/** Writes the query of the CSV. */
export function csvQueryOf({ task, run, actions, outcomes, ...rest }: RecordWish): URLSearchParams {
  return new URLSearchParams([
    ...(task === undefined ? [] : [['task_id', String(task)]]),
    ...(run === undefined ? [] : [['run_id', run]]),
    ...actions.map((action) => ['action', action]),
    ...outcomes.map((outcome) => ['outcome', outcome]),
    ...Object.entries(rest),
  ]);
}
