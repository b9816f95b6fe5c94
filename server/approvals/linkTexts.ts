import { approvalCardTexts } from '../../contract/approvals/cardTexts.ts';

/** What the page of a link says beside what every card of an approval says. */
export const linkTexts = {
  ...approvalCardTexts,
  question: (task: string, isGate: boolean) => (isGate ? `Let ${task} run?` : `Approve ${task}?`),
  ended: (task: string, how: string) => `${task}: ${how}`,
  unknown: {
    title: 'No such link',
    text: 'The link is incomplete, or its task no longer exists. Find the task in Nightshift, or ask for a new notification.',
  },
  toCard: 'Open in Nightshift',
  link: 'This link',
  isFor: (who: string) => `for ${who}`,
  hasVoted: 'who has approved it already',
  again: 'Load this page again in a moment.',
  pushed: (from: string, to: string) =>
    `The pull request moved from ${from} to ${to} after this link was sent.`,
  key: {
    person: (ask: string) => `Your own key. ${ask} After signing in, open this link again.`,
    risk: 'Your own key; this decision has a high risk, so the link alone is not enough',
    channel: 'Your key; this link was sent to a channel, so it does not identify you',
  },
  tick: {
    gate: 'I have reviewed what will run',
    output: 'I have reviewed the output',
  },
  whyNot: {
    approve: (why: string) => `This link may not approve it: ${why}`,
    reject: (why: string) => `This link may not reject it: ${why}`,
  },
  inTime: 'Nobody decided in time.',
  votes: (have: number, of: number) => `${have} of ${of} approvals`,
  soFar: (votes: string, voters: readonly string[]) =>
    `${votes} so far${voters.length === 0 ? '' : `: ${voters.join(', ')}`}`,
  used: 'Link used',
  task: 'Task',
  reason: 'Reason',
} as const;
