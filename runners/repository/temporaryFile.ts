import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends the path of a file that does not exist yet, and removes what was written there afterwards, on a signal too. */
export async function withTemporaryFile<Result>(
  name: string,
  use: (path: string) => Promise<Result>,
): Promise<Result> {
  let directory: string | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    for (const name of signals) process.off(name, onSignal);
    process.kill(process.pid, signal);
  };
  // Before there is anything to remove: a signal between the two would leave it.
  for (const name of signals) process.on(name, onSignal);
  directory = mkdtempSync(join(tmpdir(), 'nightshift-'));
  try {
    return await use(join(directory, name));
  } finally {
    await rm(directory, { recursive: true, force: true });
    for (const name of signals) process.off(name, onSignal);
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
