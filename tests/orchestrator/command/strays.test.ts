import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCgroup, ownCgroup } from '../../../orchestrator/command/cgroup.ts';
import { type CommandResult, runCommand } from '../../../orchestrator/command/command.ts';
import { carriesCookie, withCookie } from '../../../orchestrator/command/cookie.ts';
import { findByCookie, readState } from '../../../orchestrator/command/processTable.ts';
import { sized } from '../../support/form.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/commands/${name}`, import.meta.url));
const leave = (...how: string[]) => [fixture('leave.sh'), ...how];

/** Runs a command that leaves a process behind; only its cookie finds that, unless control groups are asked for. */
function start(args: readonly string[], cgroup = false) {
  const stop = new AbortController();
  let output = '';
  const printed = Promise.withResolvers<void>();
  const result: Promise<CommandResult> = runCommand({
    file: '/bin/sh',
    args,
    cwd: '/',
    timeoutMs: 600_000,
    graceMs: 300,
    cgroup,
    signal: stop.signal,
    env: { PATH: process.env.PATH ?? '' },
    onOutput(chunk) {
      output += Buffer.from(chunk).toString();
      if (output.includes('\n')) printed.resolve();
    },
  });
  onTestFinished(async () => {
    stop.abort('the end of the test');
    await result;
    for (const pid of pidsIn(output).filter(isAlive)) process.kill(pid, 'SIGKILL');
  });
  return { result, printed: printed.promise, stop: () => stop.abort('SIGTERM'), pids: () => pidsIn(output) };
}

/** Some kernel or container lets this process make a control group. */
const canGroup = (() => {
  const group = makeCgroup('look');
  group?.remove();
  return group !== undefined && ownCgroup() !== undefined;
})();

describe('A process that left the group of its command', () => {
  it.each(['setsid', 'nohup', 'twice'])('by %s ends when the command is done', async (how) => {
    const run = start(leave(how));
    expect(await run.result).toEqual({ ending: { kind: 'exit', code: 0 }, leftBehind: true, survivors: [] });
    expect(run.pids()).toHaveLength(1);
    expect(run.pids().filter(isAlive)).toEqual([]);
  });

  it('ends whenever it leaves between two looks at it', async () => {
    for (let round = 0; round < sized({ short: 6, full: 60 }); round++) {
      const run = start(leave('nohup'));
      expect(await run.result).toMatchObject({ leftBehind: true, survivors: [] });
      expect(run.pids().filter(isAlive)).toEqual([]);
    }
  });

  it.each(['setsid', 'nohup', 'stubborn', 'again'])(
    'by %s ends when the command is interrupted',
    async (how) => {
      const run = start(leave(how, 'wait'));
      await run.printed;
      run.stop();
      expect(await run.result).toMatchObject({ ending: { kind: 'interrupted' }, leftBehind: false });
      expect(run.pids().length).toBeGreaterThan(0);
      expect(run.pids().filter(isAlive)).toEqual([]);
    },
  );

  it('is left alone when another command ends', async () => {
    const [first, second] = [start(leave('setsid', 'wait')), start(leave('setsid', 'wait'))];
    await Promise.all([first.printed, second.printed]);
    first.stop();
    await first.result;
    expect(first.pids().filter(isAlive)).toEqual([]);
    expect(second.pids().filter(isAlive)).toHaveLength(1);
    second.stop();
    await second.result;
    expect(second.pids().filter(isAlive)).toEqual([]);
  });

  it('of a command within a command ends with the outer one', async () => {
    const run = start([
      '-c',
      `"${process.execPath}" "${fixture('runCommand.ts')}" sh ${leave('setsid', 'wait').join(' ')}`,
    ]);
    await run.printed;
    run.stop();
    await run.result;
    expect(run.pids().filter(isAlive)).toEqual([]);
  });

  it.skipIf(!canGroup)('and took the cookie out of its environment ends by the control group', async () => {
    const run = start(leave('bare'), true);
    expect(await run.result).toEqual({ ending: { kind: 'exit', code: 0 }, leftBehind: true, survivors: [] });
    expect(run.pids().filter(isAlive)).toEqual([]);
  });
});

describe('kill -9 of the process that runs a command', () => {
  it.each([
    ...['setsid', 'nohup', 'stubborn'].map((how) => ({ how, env: { NO_CGROUP: '1' } })),
    ...(canGroup ? [{ how: 'bare', env: {} }] : []),
  ])('ends what left its group by $how', async ({ how, env }) => {
    const child = spawnNode([fixture('runCommand.ts'), 'sh', ...leave(how, 'wait')], env);
    onTestFinished(() => child.kill('SIGKILL'));
    await child.printed(/pid \d+\n/);
    const [pid = 0] = pidsIn(child.stdout());
    expect(isAlive(pid)).toBe(true);
    await child.kill('SIGKILL');
    while (isAlive(pid)) await wait(20);
  });
});

describe('A cookie', () => {
  it('is known as one of several, and as a whole only', () => {
    const { NIGHTSHIFT_ATTEMPT } = withCookie(withCookie({}, 'outer'), 'inner');
    const environ = `A=b\0NIGHTSHIFT_ATTEMPT=${NIGHTSHIFT_ATTEMPT}\0`;
    expect(['outer', 'inner', 'out', 'outer:inner'].filter((one) => carriesCookie(environ, one))).toEqual([
      'outer',
      'inner',
    ]);
    expect(carriesCookie('X=NIGHTSHIFT_ATTEMPT=outer\0', 'outer')).toBe(false);
  });

  it('that nobody carries finds nobody', () => {
    expect(findByCookie('nobody').pids).toEqual([]);
  });

  it('is looked for again while a program is loaded, and not where a process has no environment at all', async () => {
    const run = start(leave('bare', 'wait'));
    await run.printed;
    const [bare = 0] = run.pids();
    const isBare = () =>
      readFileSync(`/proc/${bare}/cmdline`, 'utf8').startsWith('/') &&
      readFileSync(`/proc/${bare}/environ`).length === 0;
    await expect.poll(isBare).toBe(true);
    expect(readState(bare)).toMatchObject({ bare: true });
    expect(readState(process.pid)).toMatchObject({ bare: false });
  });
});
