import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { spawnNode } from '../../support/spawnNode.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/commands/${name}`, import.meta.url));
const forkTree = (mode: string) => [process.execPath, fixture('forkTree.mjs'), '2', mode];

function run(...command: string[]) {
  const child = spawnNode([fixture('runCommand.ts'), ...command]);
  onTestFinished(() => child.kill('SIGKILL'));
  return child;
}

/** Runs a command in a process that may hang for so long, for a test that runs beside others. */
function runHanging(hangMs: number, { onTestFinished: atEnd }: TestContext, ...command: string[]) {
  const child = spawnNode([fixture('runCommand.ts'), ...command], { HANG_MS: String(hangMs) });
  atEnd(() => child.kill('SIGKILL'));
  return child;
}

/** The guard of a process: its child that has that name. */
function guardOf(pid: number): number {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  const line = lines.find(
    (one) => one.includes('nightshift-guard') && Number(one.trim().split(/\s+/)[1]) === pid,
  );
  return Number(line?.trim().split(/\s+/)[0] ?? 0);
}

const threePids = /pid \d+[\s\S]+pid \d+[\s\S]+pid \d+\n/;

it.each(['polite', 'stubborn'])(
  'kill -9 of the process that runs a command ends its %s descendants',
  async (mode) => {
    const child = run(...forkTree(mode));
    await child.printed(threePids);
    const pids = pidsIn(child.stdout());
    expect(pids.filter(isAlive)).toHaveLength(3);
    const guard = guardOf(child.pid);
    await child.kill('SIGKILL');
    await expect.poll(() => [...pids, guard].filter(isAlive)).toEqual([]);
  },
);

it('A guard stands what a terminal sends to all processes', async () => {
  const child = run(...forkTree('stubborn'));
  await child.printed(threePids);
  const guard = guardOf(child.pid);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard, signal);
  await child.kill('SIGKILL');
  await expect.poll(() => pidsIn(child.stdout()).filter(isAlive)).toEqual([]);
});

it('A guard leaves alone what has ended, and is gone when its process ends', async () => {
  const child = run('wait', process.execPath, fixture('say.mjs'), 'done');
  await child.printed(/"leftBehind"/);
  const guard = guardOf(child.pid);
  expect(isAlive(guard)).toBe(true);
  await child.kill('SIGKILL');
  await expect.poll(() => isAlive(guard), { interval: 10 }).toBe(false);
});

it('A guard holds up nobody who is done', async () => {
  // Were it waited for, the process would not end at all.
  expect(await run(process.execPath, fixture('say.mjs'), 'exit=0').ended()).toMatchObject({ code: 0 });
});

it('A guard keeps nobody waiting who reads what its process printed', async (context) => {
  // It looks every two hours, and the test ends when nobody holds the pipes of the process any more.
  context.onTestFinished(() => void execFileSync('pkill', ['-x', '-f', 'sleep 7200.000']));
  const child = runHanging(10 * 3600_000, context, process.execPath, fixture('say.mjs'), 'exit=0');
  expect(await child.ended()).toMatchObject({ code: 0 });
});

it('A guard that was killed itself has a successor that knows of the commands that run', async () => {
  const child = run(...forkTree('stubborn'));
  await child.printed(threePids);
  const first = guardOf(child.pid);
  process.kill(first, 'SIGKILL');
  await expect.poll(() => guardOf(child.pid)).not.toBe(first);
  await expect.poll(() => guardOf(child.pid)).toBeGreaterThan(0);
  await child.kill('SIGKILL');
  await expect.poll(() => pidsIn(child.stdout()).filter(isAlive)).toEqual([]);
});

describe.concurrent('A process', () => {
  for (const mode of ['polite', 'stubborn'])
    it(`that is stopped for too long has its ${mode} commands ended, and says why when it goes on`, async (context) => {
      const child = runHanging(5000, context, ...forkTree(mode));
      await child.printed(threePids);
      const pids = pidsIn(child.stdout());
      process.kill(child.pid, 'SIGSTOP');
      await expect.poll(() => pids.filter(isAlive)).toEqual([]);
      process.kill(child.pid, 'SIGCONT');
      const [, result = ''] = await child.printed(/^(\{"ending".*)$/m);
      expect(JSON.parse(result)).toMatchObject({
        ending: {
          kind: 'interrupted',
          by: expect.stringMatching(/^its guard, since the worker hung for \d+ s$/),
        },
      });
      expect(child.stderr()).toContain('A worker hangs');
      expect(await child.ended()).toMatchObject({ code: 0 });
    });

  it('that works for long has its commands left alone, whatever it may hang for', async (context) => {
    const child = runHanging(4000, context, 'sleep', '9');
    expect(await child.ended()).toMatchObject({ code: 0 });
    expect(child.stdout()).toContain('{"ending":{"kind":"exit","code":0}');
    expect(child.stderr()).toBe('');
  });
});
