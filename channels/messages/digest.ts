import { describeFreeze } from '../../contract/freeze.ts';
import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type {
  DigestFacts,
  DueFacts,
  NightFacts,
  RunFacts,
  StepFacts,
  UnclaimedFacts,
  WaitingFacts,
} from '../../contract/notifications/facts.ts';
import type { DeliveryKind } from '../../contract/words/notifications.ts';
import type { Fact, Message, MessageContent } from './message.ts';
import { type Pages, pageUrls } from './pages.ts';
import { describeRun } from './run.ts';
import { describeDue } from './schedule.ts';
import { shorten } from './shorten.ts';
import { describeStep } from './step.ts';
import { describeUnclaimed } from './unclaimed.ts';

type Entry = DigestFacts['entries'][number];

/** Writes what was kept for the morning, what waits, and what the night came to: `1 approval waiting, 2 failures`. */
export function digestMessage(
  { payload, kind }: ClaimedDelivery,
  _approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const digest = payload as DigestFacts;
  const { day, entries, total, awaiting, waiting = [], night, freeze } = digest;
  const title = `Nightshift on ${day}: ${sumUp(digest)}`;
  const several = new Set([...entries.map(projectOf), ...waiting.map(({ project }) => project)]).size > 1;
  const within = (project: string) => (several && project !== '' ? ` (${project})` : '');
  const describe = (entry: Entry) => shorten(describeEntry(entry), maxEntry) + within(projectOf(entry));
  const decideUrl = ({ approvalId, taskId }: WaitingFacts) =>
    pages.decide.get(approvalId) ?? pageUrls(pages, { taskId, isApproval: true }).card_url;
  const look = awaiting > 0 ? 'nightshift approvals' : 'nightshift runs';
  return {
    title,
    text: `${title}${nameWaiting(waiting, awaiting)}`,
    facts: [
      ...(freeze === undefined
        ? []
        : [['Nothing starts', `the server is ${describeFreeze(freeze)}`] as const]),
      ...(night === undefined ? [] : [['Since the last digest', describeNight(night)] as const]),
      ...waiting.map((one): Fact => {
        const since = `since ${one.requestedAt.slice(0, 16).replace('T', ' ')} UTC`;
        const what = `${one.taskId} ${one.task} of ${one.runId}${within(one.project)}, ${since}`;
        return ['Needs your approval', what, { url: decideUrl(one) }];
      }),
      ...rest('Needs your approval', awaiting - waiting.length),
      ...entries.map((entry): Fact => ['·', describe(entry), { url: urlOf(entry, pages) }]),
      ...rest('·', total - entries.length),
      ...(pages.base === undefined ? [['Details', look] as const] : []),
    ],
    links: runLinks([...waiting, ...entries.map(({ facts }) => facts as Partial<RunFacts>)], pages),
    excerpt: null,
    email: {
      status: 'digest',
      day,
      total,
      awaiting,
      summary: title,
      waiting: waiting.map((one) => ({
        task: one.task,
        run_id: one.runId,
        requested_at: one.requestedAt,
        ...(decideUrl(one) === undefined ? {} : { url: decideUrl(one) }),
      })),
      entries: entries.map(describe),
      kind,
    },
    data: {
      day,
      total,
      awaiting,
      counts: digest.counts ?? {},
      waiting: waiting.map((one) => ({
        task_id: one.taskId,
        approval_id: one.approvalId,
        task: one.task,
        run_id: one.runId,
        project: one.project || null,
        requested_at: one.requestedAt,
        ...(decideUrl(one) === undefined ? {} : { url: decideUrl(one) }),
      })),
      entries,
      night: night ?? null,
      freeze: freeze ?? null,
    },
  };
}

const maxEntry = 500;
/** How many waiting tasks the title line names; some receivers show only that line. */
const maxNamed = 5;
const maxRuns = 10;

function rest(name: string, more: number): Fact[] {
  return more > 0 ? [[name, `and ${more} more`, { stands: more }]] : [];
}

function nameWaiting(waiting: readonly WaitingFacts[], awaiting: number): string {
  if (waiting.length === 0) return '';
  const names = waiting.slice(0, maxNamed).map(({ taskId, task }) => `${taskId} ${task}`);
  const more = awaiting > names.length ? ` and ${awaiting - names.length} more` : '';
  return `. Waiting: ${names.join(', ')}${more}`;
}

/** Says in a few words what there is: what waits for somebody first, and that all is well where nothing is wrong. */
function sumUp({ counts, entries, total, awaiting, night, freeze }: DigestFacts): string {
  const kept = counts ?? { ...(total > 0 && { [entries[0]?.kind ?? 'step_failed']: total }) };
  const of = (...kinds: DeliveryKind[]) => kinds.reduce((sum, kind) => sum + (kept[kind] ?? 0), 0);
  // A failure that was told at once is one of this night all the same.
  const failures = Math.max(of('step_failed', 'step_failed_again'), night?.tasks.failed ?? 0);
  const parts = [
    freeze === undefined ? '' : 'frozen',
    count(awaiting, 'approval waiting', 'approvals waiting'),
    count(failures, 'failure', 'failures'),
    count(night?.expired, 'approval expired', 'approvals expired'),
    count(of('run_not_started'), 'run not started', 'runs not started'),
    count(of('step_unclaimed'), 'task without a worker', 'tasks without a worker'),
    count(of('step_recovered'), 'recovery', 'recoveries'),
  ].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(', ');
  if (night?.runs === 0) return 'nothing ran, nothing to approve';
  const all = night?.acknowledged ? 'nothing else is wrong' : 'all is well';
  return `${all}${night === undefined ? '' : `, ${describeNight(night)}`}`;
}

/** Links to the runs of what is named, each once. */
function runLinks(named: readonly { runId?: string }[], pages: Pages): Message['links'] {
  const runIds = [...new Set(named.flatMap(({ runId }) => runId ?? []))];
  return runIds.slice(0, maxRuns).flatMap((runId) => {
    const { run_url: url } = pageUrls(pages, { runId });
    return url === undefined ? [] : [{ label: runId, url }];
  });
}

/** Says what ended: `3 runs: 12 ok, 1 failed`. */
function describeNight({ runs, tasks, rejected, expired, acknowledged }: NightFacts): string {
  const decided = [
    count(acknowledged, 'failure acknowledged', 'failures acknowledged'),
    count(rejected, 'rejected', 'rejected'),
    count(expired, 'approval expired', 'approvals expired'),
  ];
  const ended = [
    count(tasks.succeeded, 'ok', 'ok'),
    count(tasks.failed, 'failed', 'failed'),
    count(tasks.awaiting_approval, 'asked for approval', 'asked for approval'),
    count(tasks.skipped, 'skipped', 'skipped'),
  ];
  const named = (parts: string[]) => parts.filter((part) => part !== '').join(', ');
  if (runs === 0) return named(['nothing ran', ...decided]);
  return `${count(runs, 'run', 'runs')}: ${named([...ended, ...decided])}`;
}

function count(number: number | undefined, one: string, several: string): string {
  return number ? `${number} ${number === 1 ? one : several}` : '';
}

/** Facts that were kept before there were projects have none. */
function projectOf({ facts }: Entry): string {
  return 'project' in facts && typeof facts.project === 'string' ? facts.project : '';
}

function describeEntry({ kind, facts }: Entry): string {
  if (kind === 'run_ended') return describeRun(facts as RunFacts);
  if (kind === 'run_not_started') return describeDue(facts as DueFacts);
  if (kind === 'step_unclaimed') return describeUnclaimed(facts as UnclaimedFacts);
  const { task, runId, reason } = facts as StepFacts;
  return `${describeStep(kind, task)} in ${runId}${reason ? `: ${reason}` : ''}`;
}

/** The page that says most of an entry: its task, else its run, else its plan. */
function urlOf({ kind, facts }: Entry, pages: Pages): string | undefined {
  if (kind === 'run_not_started') {
    const { plan: name, project } = facts as DueFacts;
    return pageUrls(pages, { plan: { project, name } }).plan_url;
  }
  const { taskId, runId } = facts as Partial<StepFacts>;
  const { task_url: task, run_url: run } = pageUrls(pages, { taskId, runId });
  return task ?? run;
}
