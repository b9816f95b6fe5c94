import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { v8Options } from '../../support/v8Options.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestServer } from '../support/server.ts';

const entry = resolve(import.meta.dirname, '../../../orchestrator/nightshift.mjs');
const definePlan = resolve(import.meta.dirname, '../../../orchestrator/plan.ts');

describe('A worker process', () => {
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let directory: string;
  const client = () => createClient({ url: server.url, apiKey: server.key, timeoutMs: waitLimitMs });

  beforeAll(async () => {
    server = await startTestServer();
    directory = await mkdtemp(join(tmpdir(), 'nightshift-worker-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function writePlan(name: string, plan: string): Promise<void> {
    const text = `import { definePlan } from ${JSON.stringify(definePlan)};\nexport default definePlan(${plan});\n`;
    await writeFile(join(directory, `${name}.plan.ts`), text);
  }

  function nightshift(...args: string[]) {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, API_BASE: server.url, API_KEY: server.key };
    return watch(spawn(process.execPath, [...v8Options, entry, ...args], { cwd: directory, env }));
  }

  function watch(child: ChildProcessWithoutNullStreams) {
    const said = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said.text += chunk.toString();
      });
    }
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { child, ended, said };
  }

  /** Starts a run of a plan as soon as a worker has brought it. */
  const start = (plan: string, runId: string) =>
    expect
      .poll(async () => (await client().startRun({ plan, runId })).__typename, { interval: 100 })
      .toBe('Run');

  async function statuses(runId: string): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { task, status } of client().walkTasks({ runId: [runId] })) found[task] = status;
    return found;
  }

  const untilEnded = (runId: string) =>
    expect
      .poll(async () => (await client().run(runId))?.finishedAt ?? null, { interval: 100 })
      .not.toBeNull();

  it('carries out a started run: outputs reach those that need them, failures skip the rest', async () => {
    await writePlan(
      'chain',
      `{ concurrency: 2, steps: [
        { task: 'build.app', cmd: ['sh', ['-c', 'echo version=7 >> "$NIGHTSHIFT_OUTPUT"']] },
        { task: 'use', needs: ['build.app'], cmd: ['sh', ['-c', 'echo "got $NIGHTSHIFT_BUILD_APP_VERSION for $NIGHTSHIFT_INPUT_TARGET of $NIGHTSHIFT_INPUTS"']] },
        { task: 'broken', cmd: ['sh', ['-c', 'echo oh no; exit 4']], retries: 1, backoff: { delay: '1ms' } },
        { task: 'after', needs: ['broken'], cmd: ['true'] },
      ] }`,
    );
    nightshift('worker', 'chain', '--concurrency', '2', '--name', 'w1');
    const start = nightshift('start', 'chain', '--run-id', 'chain-1', '--input', 'target=staging');
    expect(await start.ended).toBe(0);
    await untilEnded('chain-1');
    expect(await statuses('chain-1')).toEqual({
      'build.app': 'SUCCEEDED',
      use: 'SUCCEEDED',
      broken: 'FAILED',
      after: 'SKIPPED',
    });
    const tasks = await client().tasks({ filter: { runId: ['chain-1'] } });
    const idOf = (name: string) => tasks.nodes.find(({ task }) => task === name)?.databaseId ?? 0;
    expect((await client().task({ databaseId: idOf('use') }))?.logExcerpt).toContain(
      'got 7 for staging of {"target":"staging"}',
    );
    const attempts = await client().attempts(idOf('broken'));
    expect(
      attempts.map(({ number, worker, endedBy, exitCode }) => ({ number, worker, endedBy, exitCode })),
    ).toEqual([
      { number: 1, worker: 'w1', endedBy: 'EXIT', exitCode: 4 },
      { number: 2, worker: 'w1', endedBy: 'EXIT', exitCode: 4 },
    ]);
    expect(
      await readFile(join(directory, '.nightshift', 'logs', 'orchestration-chain-1.log'), 'utf8'),
    ).toContain('got 7');
  });

  it('holds what named a pull request, wherever in its output that stands', async () => {
    const link = 'https://github.com/acme/site/pull/9';
    const print = (script: string) => `cmd: ['node', ['-e', ${JSON.stringify(script)}]]`;
    await writePlan(
      'named',
      `{ concurrency: 4, steps: [
        { task: 'overwritten', ${print(`console.log('opened ${link}\\rdone      ')`)} },
        { task: 'long', ${print(`console.log('x '.repeat(4e4) + '${link}' + ' y'.repeat(4e4))`)} },
        { task: 'output', ${print(`fs.appendFileSync(process.env.NIGHTSHIFT_OUTPUT, 'pull-request=${link}\\n')`)} },
        { task: 'none', ${print(`console.log('${link}'.slice(0, -2))`)} },
      ] }`,
    );
    nightshift('worker', 'named');
    await start('named', 'named-1');
    const held = 'AWAITING_APPROVAL';
    await expect
      .poll(() => statuses('named-1'), { interval: 100 })
      .toEqual({ overwritten: held, long: held, output: held, none: 'SUCCEEDED' });
  });

  it.each([
    [
      'SIGUSR2',
      (worker: { child: { kill(signal: 'SIGUSR2'): boolean } }) => void worker.child.kill('SIGUSR2'),
    ],
    ['nightshift drain', () => nightshift('drain', 'leaving').ended],
  ])('exits in peace on %s: it takes no new tasks and finishes what runs', async (how, tell) => {
    const [name, runId] = [`peace-${how.length}`, `peace-${how.length}-1`];
    const gate = join(directory, `${name}.gate`);
    await writePlan(
      name,
      `{ steps: [{ task: 'long', cmd: ['sh', ['-c', 'while [ ! -e ${gate} ]; do sleep 0.1; done']] }, { task: 'next', cmd: ['true'] }] }`,
    );
    const worker = nightshift('worker', name, '--name', 'leaving');
    await start(name, runId);
    await expect.poll(() => statuses(runId), { interval: 100 }).toMatchObject({ long: 'RUNNING' });
    await tell(worker);
    await expect.poll(() => worker.said.text).toMatch(how === 'SIGUSR2' ? /takes no new tasks/ : /started/);
    await writeFile(gate, '');
    expect(await worker.ended).toBe(0);
    expect(await statuses(runId)).toEqual({ long: 'SUCCEEDED', next: 'QUEUED' });
    // One that starts later under the same name is not meant.
    nightshift('worker', name, '--name', 'leaving');
    await untilEnded(runId);
  });

  it('goes on with a run as it began, after its plan file has changed and another worker has started', async () => {
    const gate = join(directory, 'changed.gate');
    const step = (task: string, script: string, more = '') =>
      `{ task: '${task}', cmd: ['sh', ['-c', ${JSON.stringify(script)}]]${more} }`;
    const wait = step('wait', `while [ ! -e ${gate} ]; do sleep 0.1; done`);
    const say = (word: string) =>
      step('say', 'echo "said $WORD"', `, needs: ['wait'], env: { WORD: '${word}' }`);
    const dropped = step('dropped', 'echo "still there"', `, needs: ['wait']`);
    await writePlan('changed', `{ steps: [${wait}, ${say('before')}, ${dropped}] }`);
    // A second place looks at the file while the first is busy.
    const first = nightshift('worker', 'changed', '--concurrency', '2');
    await start('changed', 'changed-1');
    await expect.poll(() => statuses('changed-1'), { interval: 100 }).toMatchObject({ wait: 'RUNNING' });
    // Another variable is no other content for the server, and a step that is gone is.
    await writePlan('changed', `{ steps: [${wait}, ${say('meanwhile')}, ${dropped}] }`);
    await expect.poll(() => first.said.text).toContain('new runs use the new version');
    await writePlan('changed', `{ steps: [${wait}, ${say('after')}] }`);
    first.child.kill('SIGUSR2');
    await writeFile(gate, '');
    expect(await first.ended).toBe(0);
    const second = nightshift('worker', 'changed');
    await untilEnded('changed-1');
    expect(await statuses('changed-1')).toEqual({
      wait: 'SUCCEEDED',
      say: 'SUCCEEDED',
      dropped: 'SUCCEEDED',
    });
    const { nodes } = await client().tasks({ filter: { runId: ['changed-1'] } });
    const excerpt = async (name: string) =>
      (await client().task({ databaseId: nodes.find(({ task }) => task === name)?.databaseId ?? 0 }))
        ?.logExcerpt;
    expect(await excerpt('say')).toContain('said before');
    expect(await excerpt('dropped')).toContain('still there');
    // Once no run is on record that needs them, they are off the disk with the next start.
    const kept = async () =>
      (await readdir(join(directory, '.nightshift', 'plans')))
        .map((name) => readFileSync(join(directory, '.nightshift', 'plans', name), 'utf8'))
        .filter((text) => text.includes('changed.plan.ts')).length;
    expect(await kept()).toBe(3);
    second.child.kill('SIGTERM');
    await second.ended;
    await client().pruneTasks(new Date(Date.now() + 60_000).toISOString());
    const third = nightshift('worker', 'changed');
    await expect.poll(() => third.said.text).toContain('takes tasks of changed');
    await expect.poll(kept).toBe(1);
  });

  it('ends what still runs when its time to leave is over', async () => {
    await writePlan('late', `{ steps: [{ task: 'long', cmd: ['sleep', ['3600']], retryOn: [] }] }`);
    const worker = nightshift('worker', 'late', '--drain-timeout', '1s');
    await start('late', 'late-1');
    await expect.poll(() => statuses('late-1'), { interval: 100 }).toEqual({ long: 'RUNNING' });
    worker.child.kill('SIGUSR2');
    expect(await worker.ended).toBe(0);
    expect(await statuses('late-1')).toEqual({ long: 'FAILED' });
    const { nodes } = await client().tasks({ filter: { runId: ['late-1'] } });
    expect(nodes[0]?.reason).toContain('the drain timeout');
  });

  it('ends its command and reports it when it is told to stop, leaving no row running', async () => {
    await writePlan('slow', `{ steps: [{ task: 'sleep', cmd: ['sleep', ['60']], retryOn: [] }] }`);
    const worker = nightshift('worker', 'slow');
    await start('slow', 'slow-1');
    await expect.poll(() => statuses('slow-1'), { interval: 100 }).toEqual({ sleep: 'RUNNING' });
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await statuses('slow-1')).toEqual({ sleep: 'FAILED' });
  });

  it('ends the command of a task that was cancelled', async () => {
    await writePlan('stuck', `{ steps: [{ task: 'hang', cmd: ['sleep', ['300']] }] }`);
    const worker = nightshift('worker', 'stuck');
    await start('stuck', 'stuck-1');
    await expect.poll(() => statuses('stuck-1'), { interval: 100 }).toEqual({ hang: 'RUNNING' });
    const [task] = (await client().tasks({ filter: { runId: ['stuck-1'] } })).nodes;
    await client().cancelTask({ databaseId: task?.databaseId ?? 0 });
    await expect
      .poll(async () => (await client().attempts(task?.databaseId ?? 0))[0]?.endedBy)
      .toBe('CANCELLED');
    expect(await statuses('stuck-1')).toEqual({ hang: 'SKIPPED' });
    expect(worker.said.text).toContain('hang of stuck-1');
  });

  it('waits for a server that is away when it starts', async () => {
    await writePlan('early', `{ steps: [{ task: 'a', cmd: ['true'] }] }`);
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    proxy.fault = () => 'away';
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, API_BASE: proxy.url, API_KEY: server.key };
    const worker = watch(
      spawn(process.execPath, [...v8Options, entry, 'worker', 'early'], { cwd: directory, env }),
    );
    await expect.poll(() => worker.said.text).toContain('The worker is waiting for it.');
    proxy.fault = () => 'none';
    await start('early', 'early-1');
    await untilEnded('early-1');
    expect(await statuses('early-1')).toEqual({ a: 'SUCCEEDED' });
  });
});
