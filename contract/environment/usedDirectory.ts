import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says whether Nightshift has run with this data directory; a first start that was cut off is none. */
export function isUsedDirectory(dataDir: string): boolean {
  const has = (name: string) => existsSync(join(dataDir, name));
  return ['key', 'servers', 'reports', 'plans'].some(has) || (has('pgdata') && !has('pgdata.making'));
}

/** The variables of `.env` of which somebody was told, when the data directory was made, that they do not count. */
export function toldUnread(dataDir: string): ReadonlySet<string> {
  try {
    return new Set(readFileSync(toldFile(dataDir), 'utf8').split('\n'));
  } catch {
    return new Set();
  }
}

/** Keeps the names that were told, so that a data directory made without them does not stop because of them. */
export function keepTold(dataDir: string, names: readonly string[]): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(toldFile(dataDir), `${names.join('\n')}\n`, { mode: 0o600 });
  } catch {
    // Where nothing can be written, it is told again.
  }
}

/** Forgets what was told of variables that are set now: they are somebody's who wants them read. */
export function forgetTold(dataDir: string, names: readonly string[]): void {
  const told = toldUnread(dataDir);
  if (names.some((name) => told.has(name))) rmSync(toldFile(dataDir), { force: true });
}

function toldFile(dataDir: string): string {
  return join(dataDir, 'env-not-read');
}
