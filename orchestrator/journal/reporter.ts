import { setTimeout as wait } from 'node:timers/promises';
import type { JournalEntry, NewTask, TaskChanges } from './entry.ts';
import type { Journal } from './journal.ts';
import { stampProcess } from './processStamp.ts';
import { createSendQueue } from './sendQueue.ts';

/** Where reports go. Throws a `RefusedReport` for what can never be taken, anything else for what may be tried again. */
export interface ReportTarget {
  createTask(input: NewTask, idempotencyKey: string): Promise<{ taskId: string }>;
  updateTask(taskId: string, changes: TaskChanges): Promise<void>;
}

/** What becomes of reports, for whoever watches. */
export interface ReporterEvents {
  /** The server cannot be reached; reports are kept and tried again. */
  onAway(why: string): void;
  onBack(): void;
  onRefused(entry: JournalEntry, why: string): void;
  /** The journal cannot be written; reports go on from memory alone. */
  onJournalFault(why: string): void;
}

/** The reports of one task. */
export interface TaskReport {
  /** Records changes and sends them as soon as may be; `closed` says that the task has ended with them. */
  update(changes: TaskChanges, closed?: boolean): void;
  /** Notes the command that runs for the task, so that it can be ended if this process dies. */
  runs(pid: number | null): void;
  /** The server's id of the task, once it is known. */
  taskId(): string | null;
  /** Resolves when the server has taken all that was reported: its id of the task, or null if it refused. */
  stored(): Promise<string | null>;
}

export interface Reporter {
  open(key: string, create: NewTask): TaskReport;
  /** Goes on with what another process, or an earlier run, has left in the journal, or a task that exists. */
  adopt(entry: Omit<JournalEntry, 'owner' | 'version'>): TaskReport;
  /** Waits until all is sent, at most for some time; returns how many tasks have reports that are not. */
  settle(limitMs: number): Promise<number>;
  /** Stops sending and leaves what is unsent to whoever comes next. */
  close(): void;
}

interface Slot {
  entry: JournalEntry;
  /** Counts the reports, so that one that comes while another is sent is not taken for it. */
  version: number;
  dirty: boolean;
  refusedBecause: string | null;
  waiting: ((taskId: string | null) => void)[];
}

/** Makes a reporter: every report is in the journal before it is sent and until it is acknowledged, in order per task. */
export function createReporter(target: ReportTarget, journal: Journal, events: ReporterEvents): Reporter {
  const owner = stampProcess(process.pid);
  const slots: Slot[] = [];
  const queue = createSendQueue<Slot>({
    send,
    onRefused: refuse,
    onAway: events.onAway,
    onBack: events.onBack,
  });
  let journalFaulty = false;

  function persist(slot: Slot): void {
    try {
      if (slot.refusedBecause !== null) journal.refuse(slot.entry, slot.refusedBecause);
      else if (!slot.dirty && slot.entry.closed) journal.remove(slot.entry.key);
      else journal.write(slot.entry);
      journalFaulty = false;
    } catch (error) {
      if (!journalFaulty) events.onJournalFault((error as Error).message);
      journalFaulty = true;
    }
  }

  function touch(slot: Slot): void {
    slot.version++;
    slot.dirty = true;
    persist(slot);
    if (slot.refusedBecause === null) queue.add(slot);
  }

  async function send(slot: Slot): Promise<boolean> {
    const { entry, version } = slot;
    if (entry.taskId === null && entry.create !== null) {
      entry.taskId = (await target.createTask(entry.create, entry.key)).taskId;
      if (entry.changes !== null) persist(slot);
    }
    const { changes } = entry;
    if (changes !== null && entry.taskId !== null) await target.updateTask(entry.taskId, changes);
    if (slot.version !== version) return false;
    entry.changes = null;
    slot.dirty = false;
    persist(slot);
    answer(slot, entry.taskId);
    return true;
  }

  function refuse(slot: Slot, why: string): void {
    slot.refusedBecause = why;
    persist(slot);
    events.onRefused(slot.entry, why);
    answer(slot, null);
  }

  function answer(slot: Slot, taskId: string | null): void {
    for (const resolve of slot.waiting.splice(0)) resolve(taskId);
  }

  function report(entry: JournalEntry): TaskReport {
    const slot: Slot = { entry, version: 0, dirty: false, refusedBecause: null, waiting: [] };
    slots.push(slot);
    if (entry.taskId === null || entry.changes !== null) touch(slot);
    return {
      update(changes, closed = false) {
        entry.changes = { ...entry.changes, ...changes };
        entry.started ||= changes.startedAt !== undefined;
        entry.closed ||= closed;
        touch(slot);
      },
      runs(pid) {
        entry.command = pid === null ? null : stampProcess(pid);
        persist(slot);
      },
      taskId: () => entry.taskId,
      stored: () =>
        isUnsent(slot)
          ? new Promise((resolve) => slot.waiting.push(resolve))
          : Promise.resolve(slot.refusedBecause === null ? entry.taskId : null),
    };
  }

  return {
    open: (key, create) =>
      report({
        ...{ version: 1, key, runId: create.runId, task: create.task, owner, command: null },
        ...{ create, taskId: null, changes: null, started: false, closed: false },
      }),
    adopt: (entry) => report({ ...entry, version: 1, owner }),
    async settle(limitMs) {
      const limit = new AbortController();
      await Promise.race([
        queue.drained(),
        wait(limitMs, undefined, { signal: limit.signal }).catch(() => undefined),
      ]);
      limit.abort();
      return slots.filter(isUnsent).length;
    },
    close() {
      queue.stop();
      for (const slot of slots.filter(isUnsent)) {
        slot.entry.owner = null;
        persist(slot);
      }
    },
  };
}

function isUnsent(slot: Slot): boolean {
  return slot.dirty && slot.refusedBecause === null;
}
