import type { Database, Queryable } from '../../database/database.ts';
import type { Statement } from '../../database/driver.ts';
import type { Store } from '../store.ts';

/** Waits of this length end together with others, at moments that are so far apart, in milliseconds. */
const aligned = { fromMs: 10_000, everyMs: 2500 };

/**
 * Says when a wait for work ends, as `performance.now` tells it: a long one a little sooner, so that those who wait come
 * back together and can be looked after together.
 */
export function endOfWait(waitMs: number, now = performance.now()): number {
  if (waitMs < aligned.fromMs) return now + waitMs;
  return Math.floor((now + waitMs) / aligned.everyMs) * aligned.everyMs;
}

/** So soon a worker asks again after a wait in which nothing came, in milliseconds. */
const returnsWithinMs = 1000;

/** How many workers are remembered for that time. */
const maxRemembered = 10_000;

/** How many requests of each worker have just waited in vain. */
const leavers = new WeakMap<Store['work'], Map<string, { count: number; until: number }>>();

/** Notes that a request of a worker has waited in vain. */
export function noteInVain({ work }: Pick<Store, 'work'>, worker: string, now = performance.now()): void {
  const known = leavers.get(work) ?? new Map<string, { count: number; until: number }>();
  leavers.set(work, known);
  if (known.size >= maxRemembered) known.clear();
  const { count, until } = known.get(worker) ?? { count: 0, until: 0 };
  known.set(worker, { count: until > now ? count + 1 : 1, until: now + returnsWithinMs });
}

/** Says whether a request comes back from such a wait; true once for each. */
export function isReturning({ work }: Pick<Store, 'work'>, worker: string, now = performance.now()): boolean {
  const known = leavers.get(work);
  const left = known?.get(worker);
  if (known === undefined || left === undefined) return false;
  left.count -= 1;
  if (left.count <= 0) known.delete(worker);
  return left.until > now;
}

/** The statements of so many milliseconds are sent together. */
const gatherMs = 20;

interface Gathered {
  worker: string;
  /** Sends the statement, and gives what tells its caller. */
  send(via: Queryable): Promise<() => void>;
  fail(error: unknown): void;
}

const gathering = new WeakMap<Database, Gathered[]>();

/** Runs a statement about a worker, in one transaction with those of others who come at the same time. */
export function queryTogether<Row>(
  db: Database,
  worker: string,
  statement: Statement<Row>,
): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const open = gathering.get(db) ?? begin(db);
    const send = async (via: Queryable) => {
      const rows = await via.query(statement);
      return () => resolve(rows);
    };
    open.push({ worker, send, fail: reject });
  });
}

function begin(db: Database): Gathered[] {
  const open: Gathered[] = [];
  gathering.set(db, open);
  setTimeout(() => {
    gathering.delete(db);
    void sendTogether(db, open);
  }, gatherMs);
  return open;
}

async function sendTogether(db: Database, open: readonly Gathered[]): Promise<void> {
  // Every process locks workers in this order.
  const inOrder = [...open].sort((one, other) => (one.worker < other.worker ? -1 : 1));
  try {
    const done = await db.transaction((tx) => Promise.all(inOrder.map(({ send }) => send(tx))));
    for (const tell of done) tell();
  } catch {
    // Whatever was wrong with one is no fault of the others.
    await Promise.all(inOrder.map(({ send, fail }) => send(db).then((tell) => tell(), fail)));
  }
}
