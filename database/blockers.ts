import type { Driver, Session } from './driver.ts';

/** Sees who holds up a session, while it works. */
export interface BlockerWatch {
  /** Who held it up when that was last seen, in words; undefined while nobody was. */
  last(): string | undefined;
  stop(): void;
}

/**
 * Looks from a second connection, each second, who holds up a session, and tells it when it changes. Where there is no
 * second connection it sees nothing.
 */
export async function watchBlockers(
  driver: Driver,
  session: Session,
  onWait: (who: string) => void,
): Promise<BlockerWatch> {
  if (driver.pool().max < 2) return { last: () => undefined, stop: () => undefined };
  const { rows } = await session.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' });
  let last: string | undefined;
  const look = async () => {
    const found = await driver.query<{ who: string }>({ text: blockersSql, values: [rows[0]?.pid] });
    const who = found.map((one) => one.who).join('; ');
    if (who === '' || who === last) return;
    last = who;
    onWait(who);
  };
  // A look that fails says nothing; what it is about goes on or fails by itself.
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  return { last: () => last, stop: () => clearInterval(timer) };
}

const lookEveryMs = 1000;

/** What others run may hold secrets, and who sees it is not known: it is named by its first word. */
const blockersSql = `SELECT CASE WHEN pid = 0 THEN 'a prepared transaction (see pg_prepared_xacts)' ELSE
    'process ' || pid || coalesce(' of ' || usename, '') || coalesce(' (' || nullif(application_name, '') || ')', '')
      || coalesce(', ' || state, '') || coalesce(', its transaction open for ' || round(extract(epoch FROM clock_timestamp() - xact_start)) || ' s', '')
      || coalesce(', last statement ' || upper(substring(query FROM '^\\s*(\\w+)')), '') END AS who
  FROM unnest(pg_blocking_pids($1)) AS pid LEFT JOIN pg_stat_activity USING (pid) ORDER BY xact_start LIMIT 3`;
