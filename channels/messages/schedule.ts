import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { DueFacts } from '../../contract/notifications/facts.ts';
import { planLabel } from '../../contract/projectName.ts';
import type { Fact, MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks } from './pages.ts';

/** Writes that due times of a plan came to nothing: `nightly was not started: nightly-2025-01-14 was still in progress`. */
export function scheduleMessage(
  { payload, kind }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const facts = payload as DueFacts;
  const { plan, project, dueTimes, total } = facts;
  const about = { plan: { project, name: plan } };
  const left = total - dueTimes.length;
  const lines = dueTimes.map(
    ({ dueAt, outcome, reason }) =>
      [`Due ${moment(dueAt)}`, `${outcome}${reason === null ? '' : `: ${reason}`}`] as const,
  );
  return {
    title: titleOf(facts),
    text: describeDue(facts),
    facts: [
      ['Plan', planLabel({ project, name: plan })],
      ...lines,
      ...(left > 0 ? [['…', `and ${left} earlier`, { stands: left }] satisfies Fact] : []),
      ...howToLook(pages, about),
    ],
    links: pageLinks(pages, about),
    excerpt: null,
    email: {
      plan,
      status: dueTimes[0]?.outcome ?? 'missed',
      reason: dueTimes[0]?.reason ?? null,
      total,
      kind,
      ...pageFields(pages, about),
    },
    data: {
      plan,
      project: project || null,
      total,
      ...pageFields(pages, about),
      due_times: dueTimes.map(({ dueAt, outcome, reason }) => ({ due_at: dueAt, outcome, reason })),
    },
  };
}

/** Says in one line that due times of a plan came to nothing, and why the latest did. */
export function describeDue(facts: DueFacts): string {
  const [latest] = facts.dueTimes;
  return `${titleOf(facts)}: ${latest?.outcome ?? 'missed'}${latest?.reason ? `, ${latest.reason}` : ''}`;
}

function titleOf({ plan, dueTimes: [latest], total }: DueFacts): string {
  if (total === 1 && latest) return `Plan ${plan} was not started at ${moment(latest.dueAt)}`;
  return `Plan ${plan} was not started ${total} times`;
}

function moment(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
