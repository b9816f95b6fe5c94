import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Starts a process that outlives this one by a moment: when this one is gone, however it went, it ends the
 * PostgreSQL server of the directory and removes the directory unless its files stay. The returned function
 * sends it away.
 */
export function reapAfterDeath(directory: string, filesStay: boolean): () => void {
  const child = spawn(
    process.execPath,
    [fileURLToPath(import.meta.url), directory, filesStay ? 'keep' : 'remove'],
    {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  child.unref();
  return () => void child.stdin.end();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = process.argv[2] ?? '';
  process.stdin.resume().on('end', () => reap(directory));
}

function reap(directory: string): void {
  try {
    const [pid, dataDirectory] = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    if (dataDirectory === directory) process.kill(Number(pid), 'SIGQUIT');
  } catch {
    // The server has ended already.
  }
  if (process.argv[3] === 'remove')
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
