import { readCpuMillis } from '../servers/processTimes.ts';
import { withSession } from '../waits/session.ts';

/** A process whose time is counted; with `children` also that of the commands that it has started and that ended. */
export interface Counted {
  pid: number;
  children?: boolean;
}

/**
 * Begins to count the processor time of some processes together; what it gives reads the milliseconds since, null
 * where the system does not tell. What a process used that ended meanwhile is lost to this count.
 */
export function countProcessor(processes: readonly Counted[]): () => number | null {
  const before = processes.map((one) => ({ one, millis: read(one) }));
  return () => {
    if (before.every(({ millis }) => millis === null)) return null;
    return before.reduce((sum, { one, millis }) => {
      const now = read(one);
      return millis === null || now === null ? sum : sum + Math.max(0, now - millis);
    }, 0);
  };
}

/** The processes of PostgreSQL that serve the connections to a database. */
export async function backendsOf(url: string): Promise<Counted[]> {
  const rows = await withSession(url, (query) =>
    query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    ),
  );
  return rows.map(({ pid }) => ({ pid }));
}

/** How many transactions a database has committed so far. */
export async function transactionsOf(url: string): Promise<number> {
  const [row] = await withSession(url, (query) =>
    query<{ transactions: number }>(
      `SELECT xact_commit::float8 AS transactions FROM pg_stat_database WHERE datname = current_database()`,
    ),
  );
  return row?.transactions ?? 0;
}

function read({ pid, children }: Counted): number | null {
  return readCpuMillis(pid, children);
}
