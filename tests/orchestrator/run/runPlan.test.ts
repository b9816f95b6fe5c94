import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { take } from '../../../orchestrator/cli/list.ts';
import { parseConfig } from '../../../orchestrator/config.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import type { RunEvent } from '../../../orchestrator/run/events.ts';
import { runPlan } from '../../../orchestrator/run/runPlan.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { type BadNetwork, everySecondAnswerLost, startProxy } from '../support/proxy.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const say = fileURLToPath(new URL('../../fixtures/commands/say.mjs', import.meta.url));
const step = (task: string, ...args: string[]) => ({ task, cmd: ['node', [say, ...args]] });
const pull = 'https://github.com/user/repo/pull/123';

let server: TestServer;
let proxy: BadNetwork;
const root = mkdtempSync(join(tmpdir(), 'nightshift-run-'));
beforeAll(async () => {
  server = await startTestServer();
  proxy = await startProxy(server.url);
});
afterAll(async () => {
  proxy.close();
  await server.close();
  rmSync(root, { recursive: true });
});

let places = 0;
function prepare(name: string, steps: object[], variables: Record<string, string> = {}, url = server.url) {
  const directory = join(root, `${name}-${places++}`);
  const controller = new AbortController();
  const events: RunEvent[] = [];
  const watchers: ((event: RunEvent) => void)[] = [];
  const apiKey = server.key;
  const options = {
    server: {
      client: createClient({ url, apiKey, retries: 2, minDelayMs: 50, timeoutMs: waitLimitMs }),
      url,
      apiKey,
    },
    name: 'test',
    config: parseConfig(
      { PATH: process.env.PATH, NIGHTSHIFT_DATA: join(directory, 'data'), ...variables },
      directory,
    ),
    plan: readPlan({ name, steps }, join(process.cwd(), `${name}.plan.ts`), name),
    logDir: directory,
    signal: controller.signal,
    observe(event: RunEvent) {
      events.push(event);
      for (const watcher of watchers) watcher(event);
    },
  };
  return {
    options,
    start: () => runPlan(options),
    stop: (by: string) => controller.abort(by),
    on: (watcher: (event: RunEvent) => void) => watchers.push(watcher),
    notes: () => events.flatMap((event) => (event.type === 'note' ? [event.text] : [])),
    unreported: () =>
      (existsSync(options.config.dataDir)
        ? readdirSync(options.config.dataDir, { recursive: true })
        : []
      ).filter((file) => String(file).endsWith('.json')),
  };
}

/** Lets the reports of a data directory belong to a process that is gone. */
function disown(dataDir: string): void {
  const directory = join(dataDir, 'reports');
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.json'))) {
    const kept = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    writeFileSync(
      join(directory, name),
      JSON.stringify({ ...kept, owner: { ...kept.owner, began: 'long/ago' } }),
    );
  }
}

describe('A run', () => {
  it('records what became of every step, and goes on after one that failed', async () => {
    const { start, unreported } = prepare('mixed', [
      step('a.fails', 'printed before', pull, 'exit=2'),
      step('b.asks', `output=outputs_uri=${pull}`, 'output=pages=12'),
      step('c.skips', 'nothing to check', 'exit=77'),
      step('d.works', 'fine'),
      { task: 'e.missing', cmd: ['no-such-program'] },
    ]);
    const result = await start();
    expect(result.exitCode).toBe(1);
    expect(result.runId).toMatch(/^mixed-\d{4}-\d\d-\d\d$/);
    const tasks = await server.tasksOf(result.runId);
    expect(tasks.map((task) => [task?.task, task?.status, task?.outputsUri])).toEqual([
      ['a.fails', 'FAILED', pull],
      ['b.asks', 'AWAITING_APPROVAL', pull],
      ['c.skips', 'SKIPPED', null],
      ['d.works', 'SUCCEEDED', null],
      ['e.missing', 'FAILED', null],
    ]);
    expect(tasks[0]?.logExcerpt).toBe(`printed before\n${pull}\n[nightshift] failed: exit code 2`);
    expect(tasks[1]?.approvalState).toBe('PENDING');
    expect(tasks[3]?.inputs).toEqual({ cmd: ['node', say, 'fine'], flags: [] });
    for (const task of tasks) {
      const took = Date.parse(task?.finishedAt ?? '') - Date.parse(task?.startedAt ?? '');
      expect(took).toBeGreaterThanOrEqual(task?.durationMs ?? Number.NaN);
    }
    expect(result.steps[1]?.outputs).toEqual({ outputs_uri: pull, pages: '12' });
    expect(JSON.parse(readFileSync(result.resultFile, 'utf8'))).toMatchObject({
      run_id: result.runId,
      exit_code: 1,
    });
    expect(readFileSync(result.logFile ?? '', 'utf8')).toMatch(
      /=== d\.works started at .*\nfine\n=== d\.works: succeeded after/,
    );
    expect(unreported()).toEqual([]);
  });

  it.each([
    [0, 'all is well or skipped', [step('a', 'x'), step('b', 'exit=77')]],
    [3, 'one awaits approval and none failed', [step('a', pull), step('b', 'x')]],
    [3, 'a pull request was printed in Markdown', [step('a', `Opened [${pull}](${pull})。`)]],
    [
      3,
      'one was named by a link of the terminal alone',
      [step('a', `\u001b]8;;${pull}\u0007#123\u001b]8;;\u0007`)],
    ],
    [3, 'one was declared in Markdown', [step('a', `output=outputs_uri=[#123](${pull})`)]],
    [0, 'issues were printed', [step('a', pull.replace('/pull/', '/issues/'))]],
    [1, 'one failed, whatever else awaits approval', [step('a', pull), step('b', 'exit=1')]],
  ])('ends with exit code %i when %s', async (code, _when, steps) => {
    expect((await prepare('codes', steps).start()).exitCode).toBe(code);
  });

  it('gets a number when the day has had one, on this machine or on another', async () => {
    const steps = [step('a', 'x')];
    const ids = [];
    for (let round = 0; round < 3; round++) ids.push((await prepare('numbered', steps).start()).runId);
    expect(ids[1]).toBe(`${ids[0]}-2`);
    expect(ids[2]).toBe(`${ids[0]}-3`);
  });

  it('shows its whole plan as queued before the first step has ended', async () => {
    const { start, on } = prepare('queued', [step('a', 'started', 'wait=1500'), step('b', 'x')]);
    const seen = Promise.withResolvers<string>();
    on((event) => event.type === 'runStarted' && seen.resolve(event.runId));
    const running = start();
    const runId = await seen.promise;
    await expect
      .poll(async () => (await server.tasksOf(runId)).map((task) => [task?.status, task?.startedAt !== null]))
      .toEqual([
        ['RUNNING', true],
        ['QUEUED', false],
      ]);
    await running;
  });

  it('that is interrupted ends the running step, skips the rest, and says so', async () => {
    const { start, stop, on } = prepare('stopped', [
      step('a', 'x'),
      step('b', 'here', 'wait=20000'),
      step('c', 'x'),
    ]);
    on((event) => event.type === 'stepOutput' && event.line === 'here' && stop('SIGTERM'));
    const result = await start();
    expect(result).toMatchObject({ exitCode: 143, interruptedBy: 'SIGTERM' });
    const tasks = await server.tasksOf(result.runId);
    expect(tasks.map((task) => task?.status)).toEqual(['SUCCEEDED', 'FAILED', 'SKIPPED']);
    expect(tasks[1]?.logExcerpt).toContain('[nightshift] interrupted: ended by SIGTERM');
    expect(tasks[2]?.logExcerpt).toContain('the run was cancelled: ended by SIGTERM');
  });

  it('says in the log of a step which of its secrets are not set', async () => {
    const secrets = ['DEPLOY_TOKEN', 'NPM_TOKEN', 'EMPTY_TOKEN'];
    const variables = { NPM_TOKEN: 'long-enough', EMPTY_TOKEN: '' };
    const { start } = prepare('unset', [{ ...step('deploys', 'done'), secrets }], variables);
    const { runId } = await start();
    const [task] = await server.tasksOf(runId);
    const line = '[nightshift] secrets not set here: DEPLOY_TOKEN, EMPTY_TOKEN';
    expect(task?.logExcerpt).toContain(line);
    expect(readFileSync(join(root, `unset-${places - 1}`, `orchestration-${runId}.log`), 'utf8')).toContain(
      line,
    );
  });

  it('lets no declared secret out: not to the server, the log, the results, the screen', async () => {
    const secret = 'hunter2-is-long-enough';
    const spy = step(
      'leaky',
      'env=DEPLOY_TOKEN',
      `${secret}`,
      `output=token=${secret}`,
      'err=API_KEY is key-1234567',
      `split=${secret}`,
    );
    const variables = { DEPLOY_TOKEN: secret, API_KEY: 'key-1234567' };
    const run = prepare('secret', [{ ...spy, secrets: ['DEPLOY_TOKEN'] }], variables);
    const shown: RunEvent[] = [];
    run.on((event) => shown.push(event));
    const result = await run.start();
    const [task] = await server.tasksOf(result.runId);
    expect(task?.logExcerpt).toContain('DEPLOY_TOKEN=***');
    const everywhere = [
      JSON.stringify(task),
      readFileSync(result.logFile ?? '', 'utf8'),
      readFileSync(result.resultFile, 'utf8'),
    ];
    for (const text of [
      ...everywhere,
      JSON.stringify(shown.filter((event) => event.type !== 'runStarted')),
    ]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain('key-1234567');
    }
  });
});

describe('While the server is away', () => {
  it('commands go on, and their results are reported when it is back', async () => {
    const { start, on, notes, unreported } = prepare(
      'away',
      [step('a', 'x'), step('b', 'x'), step('c', 'x')],
      {},
      proxy.url,
    );
    on((event) => {
      if (event.type === 'stepStarted' && event.task === 'b') proxy.fault = () => 'away';
      if (event.type === 'note' && event.text.includes('Reports are saved')) proxy.fault = () => 'none';
    });
    const result = await start();
    expect(result).toMatchObject({ exitCode: 0, reports: { pending: 0, refused: 0 } });
    expect((await server.tasksOf(result.runId)).map((task) => task?.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    expect(notes().join()).toContain('Reports are saved and retried');
    expect(unreported()).toEqual([]);
  });

  it('for good, the result waits on disk, and the next run reports it while its lease holds', async () => {
    const first = prepare('gone', [step('a', 'x'), step('b', 'here', 'wait=1500')], {}, proxy.url);
    first.on((event) => {
      if (event.type === 'stepOutput' && event.line === 'here') proxy.fault = () => 'away';
      if (event.type === 'note' && event.text.includes('Reports are saved')) first.stop('SIGTERM');
    });
    const lost = await first.start();
    expect(lost).toMatchObject({ exitCode: 143, reports: { pending: 1 } });
    expect(first.unreported()).toHaveLength(1);
    proxy.fault = () => 'none';
    // The journal belongs to this process, which lives: as if it had ended, its entry gets another owner.
    disown(first.options.config.dataDir);
    const next = prepare(
      'next',
      [step('a', 'x')],
      { NIGHTSHIFT_DATA: first.options.config.dataDir },
      proxy.url,
    );
    await next.start();
    expect((await server.tasksOf(lost.runId)).map((task) => task?.status)).toEqual([
      'SUCCEEDED',
      'SUCCEEDED',
    ]);
    expect(next.notes().join()).toContain('sent the report that an earlier worker could not send');
    expect(first.unreported()).toEqual([]);
  });

  it('with every second answer, no task is recorded twice', async () => {
    proxy.fault = everySecondAnswerLost();
    const { start } = prepare('lossy', [step('a', 'x'), step('b', pull), step('c', 'exit=1')], {}, proxy.url);
    const result = await start();
    proxy.fault = () => 'none';
    expect((await server.tasksOf(result.runId)).map((task) => [task?.task, task?.status])).toEqual([
      ['a', 'SUCCEEDED'],
      ['b', 'AWAITING_APPROVAL'],
      ['c', 'FAILED'],
    ]);
  });
});

describe('A task that awaits approval', () => {
  it('is told to the webhooks after its state is stored, and again by the next run when that failed', async () => {
    let status = 500;
    const states: unknown[] = [];
    const hook = createServer(async (request, response) => {
      await request.toArray();
      const { rows: waiting } = await take(
        server.client.walkTasks({ task: ['asks'], status: ['AWAITING_APPROVAL'] }),
        100,
      );
      states.push(waiting.length);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(hook, 'listening');
    try {
      const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret`;
      const first = await prepare('hooked', [step('asks', pull)], { SLACK_WEBHOOK: url }).start();
      const [failed] = await server.tasksOf(first.runId);
      expect(failed).toMatchObject({
        webhookNotifiedAt: null,
        webhookError: 'slack: answered 500 Internal Server Error',
      });
      expect(states).toEqual([1, 1, 1]);

      status = 200;
      await prepare('later', [step('works', 'x')], { SLACK_WEBHOOK: url }).start();
      const [told] = await server.tasksOf(first.runId);
      expect(told).toMatchObject({ webhookError: null, webhookNotifiedAt: expect.stringMatching(/Z$/) });
    } finally {
      hook.close();
    }
  });

  it('is told to nobody when nothing is configured, and the log says so once, with every channel', async () => {
    const { start, notes } = prepare('unhooked', [step('asks.quietly', pull), step('asks.again', pull)]);
    const { runId } = await start();
    expect((await server.tasksOf(runId))[0]?.webhookNotifiedAt).toBeNull();
    const said = notes().filter((text) => text.includes('nobody is notified'));
    expect(said).toEqual([
      expect.stringMatching(
        /SLACK_WEBHOOK or EMAIL_WEBHOOK .*SMTP_URL with NOTIFY_EMAILS, or NOTIFY_WEBHOOK_URL$/,
      ),
    ]);
  });
});
