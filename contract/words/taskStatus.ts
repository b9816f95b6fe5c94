import { type Colour, type WordFacts, wordsOf } from './words.ts';

interface TaskStatusFacts extends WordFacts {
  /** How people read it. */
  label: string;
  /** In tables and progress on a terminal; null for plain text. */
  colour: Colour | null;
  /** In the progress of a run. */
  mark: string;
  /** `open`: its command has still to run, or runs; `waiting`: for a decision; `final`: nothing follows by itself. */
  stage: 'open' | 'waiting' | 'final';
  /** The field of `TaskCounts` that counts it, what that says, and where it stands when counts are told to people. */
  count: string;
  countMeans: string;
  countRank: number;
}

/** Every status that a task can have, in the order of its life. */
export const taskStatusFacts = {
  queued: {
    label: 'queued',
    colour: null,
    mark: '…',
    stage: 'open',
    count: 'queued',
    countMeans: 'Not started yet.',
    countRank: 5,
    means: 'Scheduled, not started yet.',
  },
  running: {
    label: 'running',
    colour: 'cyan',
    mark: '…',
    stage: 'open',
    count: 'running',
    countMeans: 'Running now.',
    countRank: 4,
    means: 'Its command is running.',
  },
  succeeded: {
    label: 'succeeded',
    colour: 'green',
    mark: '✔',
    stage: 'final',
    count: 'succeeded',
    countMeans: 'Succeeded or approved.',
    countRank: 1,
    means: 'It succeeded, or someone approved its output.',
  },
  failed: {
    label: 'failed',
    colour: 'red',
    mark: '✖',
    stage: 'final',
    count: 'failed',
    countMeans: 'Failed or rejected.',
    countRank: 2,
    means: 'It failed, or someone rejected it.',
  },
  awaiting_approval: {
    label: 'awaiting approval',
    colour: 'yellow',
    mark: '●',
    stage: 'waiting',
    count: 'awaitingApproval',
    countMeans: 'Waiting for a decision.',
    countRank: 3,
    means: 'It needs approval before dependent steps continue, for example because it opened a pull request.',
  },
  skipped: {
    label: 'skipped',
    colour: 'gray',
    mark: '–',
    stage: 'final',
    count: 'skipped',
    countMeans: 'Not run, or cancelled.',
    countRank: 6,
    means: 'It did not run, without an error, or someone cancelled it.',
  },
} as const satisfies Record<string, TaskStatusFacts>;

export type TaskStatus = keyof typeof taskStatusFacts;
export const taskStatuses = wordsOf(taskStatusFacts);

/** The statuses in the order in which counts are shown: outcomes first. */
export const countedStatuses = taskStatuses.toSorted(
  (one, other) => taskStatusFacts[one].countRank - taskStatusFacts[other].countRank,
);

/** The statuses of a task whose command has still to run, or runs. */
export type OpenStatus = {
  [Status in TaskStatus]: (typeof taskStatusFacts)[Status]['stage'] extends 'open' ? Status : never;
}[TaskStatus];

/** The statuses that an attempt can lead to, unless another one follows. */
export type EndedStatus = Exclude<TaskStatus, OpenStatus>;

/** Says whether a command has still to run, or runs. */
export function isOpenStatus(status: TaskStatus): status is OpenStatus {
  return taskStatusFacts[status].stage === 'open';
}

/** Says whether nothing follows a status by itself. */
export function isFinalStatus(status: TaskStatus): boolean {
  return taskStatusFacts[status].stage === 'final';
}
