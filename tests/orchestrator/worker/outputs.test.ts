import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

describe('Outputs of a step', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const node = (script: string) => ['node', ['-e', script]];
  const writing = (text: string) =>
    node(`fs.appendFileSync(process.env.NIGHTSHIFT_OUTPUT, ${JSON.stringify(text)})`);

  /** Carries out a run of these steps, and gives each task by its name. */
  async function carryOut(steps: object[], inputs?: Record<string, unknown>) {
    const name = `outputs-${++count}`;
    await workHere(server.url, { name, steps }, { dataDir: tempDir() });
    const run = expectType(await server.client.startRun({ plan: name, ...(inputs && { inputs }) }), 'Run');
    await eventually(async () => expect((await server.client.run(run.runId))?.finishedAt).toBeTruthy());
    const tasks = await server.tasksOf(run.runId);
    return Object.fromEntries(tasks.map((task) => [task?.task ?? '', task]));
  }

  it('reach the steps that need it in files where they are too long for variables, 256 KiB in all', async () => {
    const make = `const big = 'x'.repeat(150 * 1024);
      fs.appendFileSync(process.env.NIGHTSHIFT_OUTPUT, 'big=' + big + '\\nlines<<END\\none\\ntwo\\nEND\\nrest=' + 'y'.repeat(105 * 1024))`;
    const use = `const { NIGHTSHIFT_MAKE_BIG: big, NIGHTSHIFT_MAKE_BIG_FILE: file, NIGHTSHIFT_MAKE_LINES: lines } = process.env;
      console.log(big === undefined, fs.readFileSync(file, 'utf8').length, JSON.stringify(lines));
      console.log(fs.readFileSync(process.env.NIGHTSHIFT_MAKE_REST_FILE, 'utf8').length)`;
    const { make: made, use: used } = await carryOut([
      { task: 'make', cmd: node(make) },
      { task: 'use', needs: ['make'], cmd: node(use) },
    ]);
    expect(made?.logExcerpt).not.toMatch(/left out|were dropped/);
    expect(used).toMatchObject({ status: 'SUCCEEDED' });
    expect(used?.logExcerpt).toContain(`true ${150 * 1024} "one\\ntwo"\n${105 * 1024}`);
    expect(used?.logExcerpt).toContain('NIGHTSHIFT_MAKE_BIG is too long for a variable');
  });

  it('that are none are told in its log, and lose it nothing', async () => {
    const { make } = await carryOut([
      { task: 'make', cmd: writing(`version = 3\n${'k'.repeat(129)}=1\nright=2\nnu\0l=3\n`) },
    ]);
    expect(make).toMatchObject({ status: 'SUCCEEDED', outputs: { right: '2' } });
    expect(make?.logExcerpt).toContain('[nightshift] line 1 of the output file is no output');
    expect(make?.logExcerpt).toContain('Outputs were dropped');
  });

  it('that would be one variable with others end the step that needs them before it starts', async () => {
    const { use } = await carryOut([
      { task: 'build', cmd: writing('app_version=1\n') },
      { task: 'build.app', cmd: writing('version=2\n') },
      { task: 'use', needs: ['build', 'build.app'], cmd: ['true'] },
    ]);
    expect(use).toMatchObject({ status: 'FAILED' });
    expect(use?.reason).toBe(
      'could not be started: the output app_version of build and the output version of build.app would both be the variable NIGHTSHIFT_BUILD_APP_VERSION; rename one of them',
    );
  });

  it.each([
    [['build.app', 'build-app'], /the outputs of "build.app" and "build-app" would be the same variables/],
    [['run'], /the outputs of "run" would be variables that Nightshift uses itself, NIGHTSHIFT_RUN_/],
    [['env'], /the outputs of "env" would be variables that Nightshift uses itself, NIGHTSHIFT_ENV_/],
    [['Input'], /the outputs of "Input" would be variables that Nightshift uses itself, NIGHTSHIFT_INPUT_/],
  ])('of %j, which would be taken for others, are refused in a plan', (names, why) => {
    const steps = names.map((task) => ({ task, cmd: ['true'] }));
    const read = (needs: string[]) =>
      readPlan({ steps: [...steps, { task: 'use', cmd: ['true'], needs }] }, '/x/n.plan.ts', 'n');
    expect(() => read(names)).toThrow(why);
    expect(() => read([])).not.toThrow();
  });

  it('and inputs of a run are told apart: two that would be one variable are refused', async () => {
    const inputs = { 'my-key': 1, my_key: 2 };
    await expect(carryOut([{ task: 'a', cmd: ['true'] }], inputs)).rejects.toThrow(
      'got "my-key" and "my_key", which both become NIGHTSHIFT_INPUT_MY_KEY',
    );
  });

  it('and its exit code: another one than 77 can mean skipped, and none at all', async () => {
    const exit = (task: string, code: number, skipCode?: number | false) => ({
      task,
      cmd: ['sh', ['-c', `echo nothing to do; exit ${code}`]],
      ...(skipCode === undefined ? {} : { skipCode }),
    });
    const tasks = await carryOut([exit('a', 77), exit('b', 77, false), exit('c', 5, 5), exit('d', 77, 5)]);
    expect(Object.values(tasks).map((task) => [task?.task, task?.status, task?.reason])).toEqual([
      ['a', 'SKIPPED', 'nothing to do'],
      ['b', 'FAILED', 'exit code 77'],
      ['c', 'SKIPPED', 'nothing to do'],
      ['d', 'FAILED', 'exit code 77'],
    ]);
  });
});
