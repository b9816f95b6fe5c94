import { type Client, RefusedError, type Task } from '../../client/index.ts';
import { isOpenStatus } from '../../contract/words/taskStatus.ts';
import { wordOf } from '../../contract/words/words.ts';
import type { Step } from '../plan/schema.ts';
import { describeFrozen } from '../text/describeFrozen.ts';
import { describeJournal } from '../worker/describeJournal.ts';
import { describeReturn } from '../worker/describeReturn.ts';
import type { WorkerEvent } from '../worker/events.ts';
import type { RunObserver } from './events.ts';
import { type LastAttempt, resultOf } from './result.ts';

/** Follows a run of this process: what its worker does, and what the server makes of the steps that it never leases. */
export interface RunFollower {
  /** Takes an event of the worker. */
  see(event: WorkerEvent): void;
  /** Aborted when nothing is left for this process to do. */
  done: AbortSignal;
  /** Stops asking the server. */
  stop(): void;
  /** Reports each step that has ended meanwhile, once. */
  tell(tasks: readonly Task[]): void;
  /** The last attempt that this process made at each step, by its name. */
  attempts: ReadonlyMap<string, LastAttempt>;
  /** The steps of the run, in the order of the plan. */
  steps: readonly Step[];
  /** Reports that are in the journal because the server is away, and ones that it refused. */
  reports(): { pending: number; refused: number };
}

/** Milliseconds between two reads of the tasks of a run, besides those after each report. */
const pollIntervalMs = 2000;

/** Begins to follow a run. */
export function followRun(
  client: Pick<Client, 'walkTasks'>,
  runId: string,
  steps: readonly Step[],
  observe: RunObserver,
): RunFollower {
  const done = new AbortController();
  const stopped = new AbortController();
  const active = new Set<string>();
  const ended = new Set<string>();
  const attempts = new Map<string, LastAttempt>();
  let [pending, refused] = [0, 0];
  let looking = false;
  let again = false;
  const timer = setInterval(() => void look(), pollIntervalMs);

  async function look(): Promise<void> {
    again = true;
    if (looking) return;
    looking = true;
    try {
      while (again && !stopped.signal.aborted) {
        again = false;
        const tasks = await readTasks(client, runId, stopped.signal);
        tell(tasks);
        if (active.size === 0 && !again && isOver(tasks, steps)) done.abort();
      }
    } catch (error) {
      // A server that is away is asked again; one that refuses also refuses the worker.
      if (error instanceof RefusedError) done.abort();
    } finally {
      looking = false;
    }
  }

  function tell(tasks: readonly Task[]): void {
    for (const task of tasks) {
      if (active.has(task.task) || ended.has(task.task) || isOpen(task)) continue;
      ended.add(task.task);
      observe({ type: 'stepEnded', result: resultOf(task, attempts.get(task.task)?.attempt) });
    }
  }

  return {
    see(event) {
      switch (event.type) {
        case 'leased':
          active.add(event.lease.task);
          return observe({ type: 'stepStarted', task: event.lease.task, number: event.lease.number });
        case 'output':
          return observe({ type: 'stepOutput', task: event.lease.task, line: event.line });
        case 'annotation':
          return observe({ type: 'annotation', line: event.line });
        case 'reported':
        case 'lost':
        case 'refused':
        case 'kept':
          active.delete(event.lease.task);
          if (event.type === 'reported') seeReport(event);
          else seeNoReport(event);
          return void look();
        // The worker of a run leaves with it, and waits for no other key.
        case 'drained':
        case 'keyRefused':
        case 'keyTaken':
          return;
        default:
          return note(event);
      }
    },
    done: done.signal,
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
    tell,
    attempts,
    steps,
    reports: () => ({ pending, refused }),
  };

  function seeReport({ task, attempt, lease }: Extract<WorkerEvent, { type: 'reported' }>): void {
    if (attempt) attempts.set(task.task, { number: lease.number, attempt, answer: task });
    if (task.status === 'QUEUED') {
      const text = `${task.task} will be retried (${task.reason ?? 'it did not succeed'})`;
      observe({ type: 'stepPaused', task: task.task, text });
    } else tell([task]);
  }

  function seeNoReport(event: Extract<WorkerEvent, { type: 'lost' | 'refused' | 'kept' }>): void {
    if (event.type === 'refused') refused++;
    if (event.type === 'kept') pending++;
    const { task, number } = event.lease;
    if (event.type === 'kept' && event.attempt) attempts.set(task, { number, attempt: event.attempt });
    const why =
      event.type === 'lost'
        ? 'its lease expired, so this attempt does not count'
        : event.type === 'kept'
          ? `could not send its report, which is saved: ${event.why}`
          : `the server refused its report: ${event.why}`;
    observe({ type: 'stepPaused', task, text: `${task}: ${why}` });
  }

  function note(event: Noted): void {
    observe({ type: 'note', level: noteLevels[event.type], text: describeNoted(event) });
  }
}

type Noted = Extract<
  WorkerEvent,
  {
    type:
      | 'away'
      | 'back'
      | 'frozen'
      | 'thawed'
      | 'journalFault'
      | 'pendingReport'
      | 'returned'
      | 'leftRunning';
  }
>;

const noteLevels = {
  away: 'warn',
  back: 'info',
  frozen: 'warn',
  thawed: 'info',
  journalFault: 'error',
  pendingReport: 'info',
  returned: 'info',
  leftRunning: 'warn',
} as const;

function describeNoted(event: Noted): string {
  switch (event.type) {
    case 'away':
      return `Reports are saved and retried: ${event.why}`;
    case 'back':
      return 'The server is back; sending reports again.';
    case 'frozen':
      return describeFrozen(event.freeze);
    case 'thawed':
      return 'The server is thawed: the run goes on.';
    case 'returned':
    case 'leftRunning':
      return describeReturn(event);
    default:
      return describeJournal(event);
  }
}

/** Reads the tasks of a run, in the order in which they were made. */
export async function readTasks(
  client: Pick<Client, 'walkTasks'>,
  runId: string,
  signal?: AbortSignal,
): Promise<Task[]> {
  const options = signal ? { pageSize: 200, signal } : { pageSize: 200 };
  const tasks: Task[] = [];
  for await (const task of client.walkTasks({ runId: [runId] }, options)) tasks.push(task);
  return tasks.sort((a, b) => a.databaseId - b.databaseId);
}

/** Says whether all has ended but for what a human holds up: tasks that await approval, and those that need them. */
function isOver(tasks: readonly Task[], steps: readonly Step[]): boolean {
  const statusOf = new Map(tasks.map(({ task, status }) => [task, status]));
  const needsOf = new Map(steps.map(({ task, needs }) => [task, needs]));
  const isHeld = (task: string): boolean =>
    (needsOf.get(task) ?? []).some(
      (need) =>
        statusOf.get(need) === 'AWAITING_APPROVAL' || (statusOf.get(need) === 'QUEUED' && isHeld(need)),
    );
  return tasks.every((task) => !isOpen(task) || (task.status === 'QUEUED' && isHeld(task.task)));
}

function isOpen({ status }: Task): boolean {
  return isOpenStatus(wordOf(status));
}
