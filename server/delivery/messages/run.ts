import { planLabel } from '../../../contract/projectName.ts';
import { isWebLink } from '../../../contract/webLink.ts';
import type { UnclaimedFacts } from '../../../domain/engine/unclaimed.ts';
import type { DigestFacts } from '../../../domain/notify/digest.ts';
import type { RunFacts, StepFacts } from '../../../domain/notify/endings.ts';
import type { ClaimedDelivery } from '../../../domain/notify/take.ts';
import type { DueFacts } from '../../../domain/schedule/tellDue.ts';
import type { Message } from './message.ts';
import { describeDue } from './schedule.ts';
import { describeStep } from './step.ts';
import { describeUnclaimed } from './unclaimed.ts';

/** Writes what came of a run: `nightly-2025-01-15: 5 ok, 1 failed, 2 await you`. */
export function runMessage({ payload, kind }: ClaimedDelivery): Message {
  const { runId, plan, project, counts, failed, awaiting } = payload as RunFacts;
  const title = describeRun({ runId, counts });
  const links = awaiting.flatMap(({ task, outputsUri }) =>
    outputsUri !== null && isWebLink(outputsUri) ? [{ label: `What ${task} made`, url: outputsUri }] : [],
  );
  return {
    title,
    text: title,
    facts: [
      ['Plan', planLabel({ project, name: plan })],
      ...failed.map(
        ({ taskId, task, reason }) => [`Failed`, `${taskId} ${task}${reason ? `: ${reason}` : ''}`] as const,
      ),
      ...awaiting.map(({ taskId, task }) => ['Awaits you', `${taskId} ${task}`] as const),
    ],
    links,
    excerpt: null,
    email: { run_id: runId, status: 'ended', counts, kind },
    type: kind.replace('_', '.'),
    data: {
      ...{ run_id: runId, plan, project: project || null, counts },
      failed: failed.map(({ taskId, ...rest }) => ({ task_id: taskId, ...rest })),
      awaiting: awaiting.map(({ taskId, task, outputsUri }) => ({
        task_id: taskId,
        task,
        outputs_uri: outputsUri,
      })),
    },
  };
}

/** Writes what was kept for the morning. */
export function digestMessage({ payload, kind }: ClaimedDelivery): Message {
  const { day, entries, total, awaiting } = payload as DigestFacts;
  const waiting = awaiting > 0 ? `, ${awaiting} await you` : '';
  const title = `Nightshift on ${day}: ${total} ${total === 1 ? 'thing' : 'things'} of the night${waiting}`;
  const severalProjects = new Set(entries.map(projectOf)).size > 1;
  const describe = (entry: DigestFacts['entries'][number]) =>
    `${describeEntry(entry)}${severalProjects && projectOf(entry) ? ` (${projectOf(entry)})` : ''}`;
  const lines = entries.map((entry) => ['·', describe(entry)] as const);
  return {
    title,
    text: title,
    facts: total > entries.length ? [...lines, ['…', `and ${total - entries.length} more`]] : lines,
    links: [],
    excerpt: null,
    email: { status: 'digest', day, total, awaiting, entries: entries.map(describe), kind },
    type: kind,
    data: { day, total, awaiting, entries },
  };
}

/** Facts that were kept before there were projects have none. */
function projectOf({ facts }: DigestFacts['entries'][number]): string {
  return 'project' in facts && typeof facts.project === 'string' ? facts.project : '';
}

function describeEntry({ kind, facts }: DigestFacts['entries'][number]): string {
  if (kind === 'run_ended') return describeRun(facts as RunFacts);
  if (kind === 'run_not_started') return describeDue(facts as DueFacts);
  if (kind === 'step_unclaimed') return describeUnclaimed(facts as UnclaimedFacts);
  const { task, runId, reason } = facts as StepFacts;
  return `${describeStep(kind, task)} in ${runId}${reason ? `: ${reason}` : ''}`;
}

function describeRun({ runId, counts }: Pick<RunFacts, 'runId' | 'counts'>): string {
  const parts = [
    [counts.succeeded, 'ok'],
    [counts.failed, 'failed'],
    [counts.awaiting_approval, counts.awaiting_approval === 1 ? 'awaits you' : 'await you'],
    [counts.skipped, 'skipped'],
    [counts.queued, counts.queued === 1 ? 'waits for that' : 'wait for that'],
  ] as const;
  return `${runId}: ${parts.flatMap(([count, word]) => (count ? [`${count} ${word}`] : [])).join(', ')}`;
}
