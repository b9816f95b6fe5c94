import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
  process.stdin.resume().on('end', () => void reap(directory));
}

async function reap(directory: string): Promise<void> {
  const pid = serverOf(directory);
  if (pid !== undefined) process.kill(pid, 'SIGQUIT');
  while (pid !== undefined && serverOf(directory) === pid) await pause(50);
  if (process.argv[3] === 'remove') rmSync(directory, { recursive: true, force: true });
}

/** The pid of the server that runs on the directory. */
function serverOf(directory: string): number | undefined {
  try {
    const [pid, dataDirectory] = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    if (dataDirectory !== directory) return undefined;
    process.kill(Number(pid), 0);
    return Number(pid);
  } catch {
    return undefined;
  }
}
