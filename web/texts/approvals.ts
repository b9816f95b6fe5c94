import { approvalCardTexts as shared } from '../../contract/approvals/cardTexts.ts';
import type { DecisionAction } from '../../contract/words/decisions.ts';
import { counted } from './words.ts';

/** How people read a decision that was made. */
const done: Record<DecisionAction, string> = {
  approve: 'approved',
  reject: 'rejected',
  cancel: 'cancelled',
};

export const approvalTexts = {
  title: 'Approvals',
  noun: 'approval',
  mine: 'Waits for you',
  others: 'Waits for others',
  noneMine: 'Nothing waits for you.',
  noneOthers: 'Nothing else waits.',
  empty: { title: 'Nothing waits for approval', text: 'What a task wants decided appears here by itself.' },
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all that you may approve',
  selected: (count: number) => `${count.toLocaleString('en')} selected`,
  unselect: 'Select none',
  bulk: 'What to do with the selection',
  name: (task: string, id: number) => `${task} #${id}`,
  files: shared.files,
  changed: shared.changed,
  draft: shared.draft,
  fork: shared.fork,
  highRisk: shared.highRisk,
  gate: shared.gate,
  votes: (have: number, of: number) => `${have} of ${of} votes`,
  voted: 'you have approved',
  never: shared.never,
  expires: 'expires',
  checks: shared.checks,
  states: shared.states,
} as const;

export const cardTexts = {
  back: 'All approvals',
  missing: { title: 'There is no such task', text: 'It may have been deleted, or the number is wrong.' },
  noApproval: { title: 'This task needs no approval', text: 'Nobody asked for a decision about it.' },
  toTask: 'All about this task',
  what: shared.what,
  evidence: { ...shared.evidence, filesWait: 'being read…' },
  who: { ...shared.who, you: 'You' },
  decide: {
    ...shared.decide,
    reject: shared.decide.ask(shared.decide.reject),
    cancel: shared.decide.ask('Cancel task'),
    whyNot: {
      approve: (why: string) => `You may not approve it: ${why}`,
      reject: (why: string) => `You may not reject it: ${why}`,
      cancel: (why: string) => `You may not cancel it: ${why}`,
    },
    anonymous: 'Sign in to decide.',
    signIn: 'Sign in',
    fresh:
      'Its risk is high, so you must have signed in within the last 10 minutes to approve it. You come back to this card.',
    freshLink: 'Sign in again',
    changed: 'While you looked, what this approval is about has changed.',
    goOn: (sha: string) => `Go on with ${sha}`,
    goOnAnyway: 'Go on with what stands here now',
    none: 'no commit',
    busy: 'Deciding…',
  },
  after: shared.after,
};

export const decisionTexts = {
  titles: {
    approve: (name: string) => `Approve ${name}?`,
    reject: (name: string) => `Reject ${name}?`,
    cancel: (name: string) => `Cancel ${name}?`,
  },
  many: {
    approve: (count: number) => `Approve ${counted(count, 'task')}?`,
    reject: (count: number) => `Reject ${counted(count, 'task')}?`,
    cancel: (count: number) => `Cancel ${counted(count, 'task')}?`,
  },
  what: {
    approve: shared.decide.approving,
    reject: shared.decide.rejecting,
    cancel: 'The task is skipped, and nobody decides about its output any more.',
  },
  confirm: { approve: shared.decide.approve, reject: shared.decide.reject, cancel: 'Cancel task' },
  bulk: { approve: 'Approve…', reject: 'Reject…', cancel: 'Cancel tasks…' },
  keep: 'Do nothing',
  close: 'Close',
  busy: 'Deciding…',
  note: shared.decide.note,
  noteHint: shared.decide.noteHint,
  items: 'What is decided',
  doneTitle: 'Results',
  done,
  voted: (missing: number) => `your vote counts; ${missing} more needed`,
  result: (name: string, text: string) => `${name}: ${text}`,
  summary: (ok: number, all: number) => `${ok} of ${all} decided`,
  refused: {
    already: (state: string, who: string | null) =>
      who === null ? `already ${state}` : `already ${state} by ${who}`,
    moved: (head: string) => `not decided: its pull request is now at ${head}. Look at it again.`,
    notAsShown: 'not decided: it has changed since you looked. Look at it again.',
    notAwaiting: 'not decided: it no longer needs approval',
    mayNot: (why: string) => `not decided: ${why}`,
    missing: 'not decided: the task is gone',
    input: (why: string) => `not decided: ${why}`,
    unknown: (why: string) => `It is not known whether it was decided: ${why} Look at the task.`,
  },
};
