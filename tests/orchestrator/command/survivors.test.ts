import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

const fixture = fileURLToPath(new URL('../../fixtures/commands/runStep.ts', import.meta.url));

/** A program that becomes root whoever starts it, as `sudo` does, and sleeps. */
function sleepAsRoot(): string {
  const directory = tempDir();
  chmodSync(directory, 0o755);
  const program = join(directory, 'rooted');
  copyFileSync('/usr/bin/setpriv', program);
  chmodSync(program, 0o4755);
  return `${program} --reuid=0 --regid=0 --clear-groups sleep 600`;
}

/** Waits in a script until what it has started is root, and prints its number. */
const untilRoot = 'until grep -q sleep "/proc/$!/comm"; do sleep 0.1; done; echo "pid $!"';

/** It may end at any moment by itself. */
function endIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Runs a script as a step of a worker that is not root. */
function run(...args: string[]) {
  const child = spawnNode([fixture, ...args]);
  onTestFinished(async () => {
    await child.kill('SIGKILL');
    for (const pid of pidsIn(child.stdout())) endIfAlive(pid);
  });
  return child;
}

const pidOf = (text: string) => pidsIn(text)[0] ?? 0;

describe.runIf(process.getuid?.() === 0)('A process that its worker has not the right to end', () => {
  it('is named in the log and the excerpt of the attempt, with what to do', async () => {
    const child = run(`${sleepAsRoot()} & ${untilRoot}`);
    await child.ended();
    const pid = pidOf(child.stdout());
    expect(isAlive(pid)).toBe(true);
    const line = `[nightshift] could not be ended and may still be running: ${pid} (sleep, of root). End it with its user's rights: sudo kill -9 -- ${pid}`;
    expect(child.stdout().split('\n')).toContain(line);
    const { outcome, logExcerpt } = JSON.parse(child.stdout().trim().split('\n').at(-1) ?? '');
    expect(outcome.status).toBe('succeeded');
    expect(logExcerpt).toContain(line);
    expect(logExcerpt).not.toContain('were ended');
  });

  it('does not hold up the worker where it is the command itself', async () => {
    const child = run(`echo "pid $$"; exec ${sleepAsRoot()}`);
    await child.printed(/pid \d+\n/);
    const pid = pidOf(child.stdout());
    await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).toBe('sleep\n');
    await child.kill('SIGTERM');
    expect(isAlive(pid)).toBe(true);
    const { outcome, logExcerpt } = JSON.parse(child.stdout().trim().split('\n').at(-1) ?? '');
    expect(outcome).toMatchObject({ status: 'failed', reason: 'ended by SIGTERM' });
    expect(logExcerpt).toContain(`could not be ended and may still be running: ${pid} (sleep, of root)`);
  });

  it('is named by the guard when the worker is killed', async () => {
    const child = run(`${sleepAsRoot()} & ${untilRoot}; wait`);
    await child.printed(/pid \d+\n/);
    const pid = pidOf(child.stdout());
    await child.kill('SIGKILL');
    expect(isAlive(pid)).toBe(true);
    expect(child.stderr()).toContain(
      `[nightshift] could not be ended after its worker was killed and may still be running: ${pid} (sleep, of root).`,
    );
  });
});
