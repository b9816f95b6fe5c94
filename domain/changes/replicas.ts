import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import type { TaskChangesHub } from './changes.ts';
import { kindKey, type NewWork } from './newWork.ts';
import type { WorkSignal } from './workSignal.ts';

/** The channel on which the replicas of the server tell each other what changed; other schemas have their own. */
const channelOf = ({ schema }: Database) => (schema === 'public' ? 'nightshift' : `nightshift_${schema}`);
/** Changes of so many milliseconds are told together, so that a busy replica speaks at most twenty times a second. */
const gatherMs = 50;
/** PostgreSQL takes fewer than 8,000 bytes for one message. */
const maxMessageBytes = 7000;
/** Work whose kinds take more bytes than this is told to everybody. */
const maxWorkBytes = 3000;
/** More untold changes than this are told as a gap: everybody reads anew what they watch. */
const maxPending = 5000;
/** The most tasks of one watched run that are told again after a gap. */
const maxCaughtUp = 1000;

/** What a replica tells others of, and is told. */
interface Replica {
  db: Database;
  changes: TaskChangesHub;
  work: WorkSignal;
}

/**
 * Carries changes of tasks and wakes of those who wait for work between the replicas of one database, until it is
 * stopped. A replica that was cut off tells its listeners the present state of what they watch. One that stays
 * (`isLasting`) tells the others of a gap when it comes: one that was killed may have left its last changes untold.
 */
export async function joinReplicas(
  store: Replica,
  onError: (error: unknown) => void,
  { isLasting = false }: { isLasting?: boolean } = {},
): Promise<{ stop(): Promise<void> }> {
  const { db, changes, work } = store;
  if (db.kind === 'pglite') return { stop: async () => {} };
  const name = randomUUID();
  const pending: Pending = { tasks: new Map(), work: new Map(), gap: false };
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();
  let stopped = false;
  let lastTold = Number.NEGATIVE_INFINITY;

  const soon = () => {
    const pauseMs = Math.max(0, lastTold + gatherMs - performance.now());
    if (!stopped) timer ??= setTimeout(() => void tell(), pauseMs);
  };
  const tell = () => {
    lastTold = performance.now();
    telling = telling
      .then(() => notify(db, takeMessages(name, pending)))
      .catch((error: unknown) => {
        pending.gap = true;
        onError(error);
      })
      .finally(() => {
        timer = undefined;
        if (hasPending(pending)) soon();
      });
    return telling;
  };
  changes.onGap = () => {
    pending.gap = true;
    soon();
  };
  changes.onPublish = (task) => {
    if (pending.tasks.size < maxPending) pending.tasks.set(task.id, task.runId);
    else pending.gap = true;
    soon();
  };
  work.onWake = (made) => {
    if (made === undefined) pending.work = 'all';
    else if (pending.work !== 'all') for (const one of made) addWork(pending.work, one);
    soon();
  };
  const guarded = (done: Promise<void>) => void done.catch(onError);
  const watch = await db.listen(channelOf(db), {
    onMessage: (text) => guarded(receive(store, name, text)),
    onGap: () => guarded(catchUp(store)),
  });
  if (isLasting) changes.onGap();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      changes.onPublish = undefined;
      changes.onGap = undefined;
      work.onWake = undefined;
      await watch.stop();
      if (hasPending(pending)) await tell();
      else await telling;
    },
  };
}

interface Pending {
  /** The run of each changed task. */
  tasks: Map<number, string>;
  /** How much work there is of each kind, or that everybody is to look. */
  work: Map<string, NewWork> | 'all';
  gap: boolean;
}

function addWork(work: Map<string, NewWork>, { count, ...kind }: NewWork): void {
  const key = kindKey(kind);
  work.set(key, { ...kind, count: count + (work.get(key)?.count ?? 0) });
}

function hasPending({ tasks, work, gap }: Pending): boolean {
  return gap || work === 'all' || work.size > 0 || tasks.size > 0;
}

interface Message {
  from: string;
  /** Changed tasks with their runs. */
  tasks?: [runId: string, id: number][];
  /** The work that came up, for which nobody was woken where it did; true lets everybody look. */
  work?: NewWork[] | true;
  gap?: true;
}

function takeMessages(from: string, pending: Pending): Message[] {
  const first: Message = { from };
  if (pending.work === 'all') first.work = true;
  else if (pending.work.size > 0) first.work = [...pending.work.values()];
  if (Buffer.byteLength(JSON.stringify(first)) > maxWorkBytes) first.work = true;
  if (pending.gap) first.gap = true;
  const messages = [first];
  let room = maxMessageBytes - Buffer.byteLength(JSON.stringify(first));
  for (const [id, runId] of pending.gap ? [] : pending.tasks) {
    const size = Buffer.byteLength(JSON.stringify([runId, id])) + 12;
    if (size > room) {
      messages.push({ from });
      room = maxMessageBytes - 100;
    }
    room -= size;
    const message = messages.at(-1) ?? first;
    message.tasks ??= [];
    message.tasks.push([runId, id]);
  }
  pending.tasks.clear();
  pending.work = new Map();
  pending.gap = false;
  return messages;
}

async function notify(db: Database, messages: readonly Message[]): Promise<void> {
  await db.query(
    tellReplicas(
      channelOf(db),
      messages.map((message) => JSON.stringify(message)),
    ),
  );
}

const tellReplicas = statement({
  name: 'tell_replicas',
  text: 'SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message',
});

async function receive(store: Replica, name: string, text: string): Promise<void> {
  const message = JSON.parse(text) as Message;
  if (message.from === name) return;
  if (message.work) store.work.wakeHere(message.work === true ? undefined : message.work);
  if (message.gap) return catchUp(store);
  for (const [runId, id] of message.tasks ?? []) store.changes.publishHere({ id, runId });
}

/** Tells again how what is watched stands now, since changes may have been missed. */
async function catchUp({ db, changes, work }: Replica): Promise<void> {
  work.wakeHere();
  changes.gapHere();
  const { runIds, taskIds } = changes.interests();
  if (runIds.length + taskIds.length === 0) return;
  const tasks = await db.query(watchedTasks(runIds, taskIds));
  for (const task of tasks) changes.publishHere(task);
}

const watchedTasks = statement({
  name: 'watched_tasks',
  text: `SELECT found.* FROM unnest($1::text[]) AS wanted CROSS JOIN LATERAL (
        SELECT id, run_id AS "runId" FROM agents_tasks WHERE run_id = wanted ORDER BY id DESC LIMIT ${maxCaughtUp}) found
      UNION SELECT id, run_id AS "runId" FROM agents_tasks WHERE id = ANY($2::int[])`,
  row: { id: col.int, runId: col.text },
});
