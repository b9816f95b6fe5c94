import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandRequest, runCommand } from '../../../orchestrator/command/command.ts';
import { commandEnvironment } from '../../../orchestrator/command/environment.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';

import { waitLimitMs } from '../../support/hangLimit.ts';

import { inheritedNames } from '../../support/inheritedNames.ts';

import { isAlive, pidsIn } from '../support/alive.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/commands/${name}`, import.meta.url));

function start(args: readonly string[], changes: Partial<CommandRequest> = {}) {
  const controller = new AbortController();
  const seen = Promise.withResolvers<void>();
  let output = '';
  let wanted = '';
  const result = runCommand({
    file: process.execPath,
    args,
    cwd: process.cwd(),
    env: {},
    timeoutMs: waitLimitMs,
    graceMs: 300,
    signal: controller.signal,
    onOutput(chunk) {
      output += Buffer.from(chunk).toString();
      if (wanted !== '' && output.split(wanted).length > 3) seen.resolve();
    },
    ...changes,
  });
  return {
    result,
    output: () => output,
    stop: (by: string) => controller.abort(by),
    /** Resolves when the text was printed three times. */
    thrice(text: string) {
      wanted = text;
      return seen.promise;
    },
  };
}

describe('A command', () => {
  it.each([
    [['exit=0'], { kind: 'exit', code: 0 }],
    [['exit=3'], { kind: 'exit', code: 3 }],
    [['kill=SIGKILL', 'wait=5000'], { kind: 'signal', signal: 'SIGKILL' }],
  ])('that does %s ends as %o', async (args, ending) => {
    expect(await start([fixture('say.mjs'), ...args]).result).toEqual({
      ending,
      leftBehind: false,
      survivors: [],
    });
  });

  it.each([
    [{ file: 'no-such-program' }, /no program "no-such-program" was found/],
    [{ file: '/etc/passwd' }, /is not executable/],
    [{ cwd: '/no/such/place' }, /its directory \/no\/such\/place does not exist/],
  ])('that cannot be started says why: %o', async (changes, why) => {
    const { ending } = await start([], changes).result;
    expect(ending).toMatchObject({ kind: 'unstartable', why: expect.stringMatching(why) });
  });

  it('takes its arguments as they stand, without a shell', async () => {
    const run = start([fixture('say.mjs'), '$HOME; `id` && *']);
    await run.result;
    expect(run.output()).toBe('$HOME; `id` && *\n');
  });

  it('reads an empty stdin', async () => {
    const script = 'process.stdin.on("end", () => console.log("ended")).resume()';
    const run = start(['-e', script]);
    await run.result;
    expect(run.output()).toBe('ended\n');
  });

  it.each(['polite', 'stubborn'])(
    'is ended with all its %s descendants when its time is up',
    async (mode) => {
      const run = start([fixture('forkTree.mjs'), '2', mode], { timeoutMs: 1500 });
      expect((await run.result).ending).toEqual({ kind: 'timeout', afterMs: 1500 });
      expect(pidsIn(run.output()).filter(isAlive)).toEqual([]);
    },
  );

  it('is ended with all its descendants when the run is interrupted', async () => {
    const run = start([fixture('forkTree.mjs'), '2', 'stubborn']);
    await run.thrice('pid ');
    run.stop('SIGTERM');
    expect((await run.result).ending).toEqual({ kind: 'interrupted', by: 'SIGTERM' });
    const pids = pidsIn(run.output());
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('that leaves a process behind in its group has it ended', async () => {
    const run = start([fixture('detached.mjs'), 'group']);
    expect(await run.result).toEqual({ ending: { kind: 'exit', code: 0 }, leftBehind: true, survivors: [] });
    expect(pidsIn(run.output()).filter(isAlive)).toEqual([]);
  });

  it('that leaves a process behind in a session of its own has it ended', async () => {
    const run = start([fixture('detached.mjs'), 'session']);
    expect(await run.result).toEqual({ ending: { kind: 'exit', code: 0 }, leftBehind: true, survivors: [] });
    expect(pidsIn(run.output()).filter(isAlive)).toEqual([]);
  });

  it('is one of many without a warning, and loses no line beside them', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.removeListener('warning', note));
    const script = 'for i in 1 2 3 4 5 6 7 8; do echo $i; done';
    const runs = Array.from({ length: 20 }, () => start(['-c', script], { file: '/bin/sh' }));
    await Promise.all(runs.map(({ result }) => result));
    expect(runs.map(({ output }) => output().length)).toEqual(runs.map(() => 16));
    expect(warnings).toEqual([]);
  });

  it('is not started at all when the run is over already', async () => {
    expect(await start(['-e', ''], { signal: AbortSignal.abort('SIGINT') }).result).toMatchObject({
      ending: { kind: 'interrupted', by: 'SIGINT' },
    });
  });
});

describe("A command's environment", () => {
  const step = (changes: object) => {
    const [only] = readPlan({ steps: [{ task: 't', cmd: ['x'], ...changes }] }, 'f', 'n').steps;
    if (only === undefined) throw new Error('no step');
    return only;
  };
  const own = {
    PATH: '/bin',
    HOME: '/home/me',
    LC_ALL: 'C',
    GITHUB_SHA: 'abc',
    GITHUB_TOKEN: 'token',
    GITHUB_ENV: '/x',
    ACTIONS_RUNTIME_TOKEN: 'token',
    API_KEY: 'key',
    SITE_BASE_URL: 'https://e.org',
    AWS_SECRET_ACCESS_KEY: 'aws',
  };

  it('has what every program needs, and none of the keys', () => {
    const { PATH, ...rest } = commandEnvironment(own, step({}), {});
    expect(rest).toEqual({ HOME: '/home/me', LC_ALL: 'C', GITHUB_SHA: 'abc', CI: '1' });
    expect(PATH).toMatch(/:\/bin$/);
  });

  it('has what its step sets, hands on and declares secret', () => {
    const env = { A: 'b', SITE_BASE_URL: true, UNSET: true };
    expect(commandEnvironment(own, step({ env, secrets: ['GITHUB_TOKEN'] }), { TOLD: '1' })).toMatchObject({
      A: 'b',
      SITE_BASE_URL: 'https://e.org',
      GITHUB_TOKEN: 'token',
      TOLD: '1',
    });
    expect(commandEnvironment(own, step({ env }), {})).not.toHaveProperty('UNSET');
  });

  it('has no variable that only every object has', () => {
    const named = commandEnvironment(own, step({ secrets: [...inheritedNames] }), {});
    expect(Object.keys(named).filter((name) => inheritedNames.includes(name))).toEqual([]);
  });
});
