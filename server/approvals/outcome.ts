import { spaced } from '../../contract/words/words.ts';
import type { Approval } from '../../domain/approvals/approval.ts';
import type { ApprovalLink } from '../../domain/approvals/links.ts';
import { linkTexts } from './linkTexts.ts';
import { commit, facts, section, text, time } from './markup.ts';

const texts = linkTexts.after;

/** Writes what was decided, by whom and how, and what happened to the task since; or why the link decides no more. */
export function writeOutcome(link: ApprovalLink): string {
  const { approval, decision, usedAt, task, reason } = link;
  const { state, endedAt } = approval;
  const isPending = state === 'pending';
  const note = decision?.note ?? (isPending ? null : task.approvalNote);
  return section('outcome', texts.title, [
    `<p class="title">${text(whatHappened(link))}</p>`,
    facts([
      [linkTexts.used, isPending && time(usedAt)],
      [texts.at, !isPending && time(decision?.decidedAt ?? endedAt)],
      [texts.via, decision !== null && spaced(decision.via)],
      [texts.head, decision !== null && commit(decision.head)],
      [texts.note, note ? text(note) : ''],
      [texts.pull, writePullAction(approval)],
      [linkTexts.task, describeTask(link)],
      // Who decided it, and why, stands above.
      [linkTexts.reason, !isPending && reason !== null && decision === null && text(reason)],
    ]),
  ]);
}

/** How the approval ended, or that its time is over though nobody has noticed yet. */
export function stateOf({ approval: { state }, isOpen, usedAt }: ApprovalLink): Approval['state'] {
  return state === 'pending' && !isOpen && usedAt === null ? 'expired' : state;
}

function whatHappened(link: ApprovalLink): string {
  const { approval, decision, task } = link;
  const state = stateOf(link);
  if (state === 'pending')
    return linkTexts.soFar(
      linkTexts.votes(approval.voters.length, approval.policy.required),
      approval.voters,
    );
  if (state === 'expired' && (decision === null || decision.action === 'expire')) return linkTexts.inTime;
  const who = decision?.viewer ?? task.approver;
  if (who === null) return linkTexts.states[state];
  const whom = decision?.actingFor ? ` ${texts.actingFor(decision.actingFor)}` : '';
  return texts.by(linkTexts.states[state], who) + whom;
}

function writePullAction({ pullAction }: Approval): string {
  if (pullAction === null) return '';
  const { action, state, error } = pullAction;
  const done = text(texts.pullAction[state]?.(action) ?? action);
  return error === null ? done : `${done}. ${text(error)}`;
}

/** Says what happened to the task after its approval ended; it may have been retried since, or need approval again. */
function describeTask({ task: { status, startedAt }, approval: { state, kind } }: ApprovalLink): string {
  if (state === 'pending') return '';
  if (status === 'awaiting_approval') return 'it needs approval again';
  if (status === 'queued') return 'it is queued';
  if (status === 'running') return 'it is running';
  if (kind === 'output') return status;
  return startedAt === null ? `it has not run: ${status}` : `it has run: ${status}`;
}
