import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import { loadPlan } from '../../../orchestrator/plan/loadPlan.ts';
import { createHomeFinder } from '../../../orchestrator/project/planHomes.ts';
import { pollDueTimes } from '../../../orchestrator/schedule/pollDueTimes.ts';
import { openPlanCache } from '../../../orchestrator/worker/planCache.ts';
import { openPlanStore } from '../../../orchestrator/worker/planStore.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const steps = [{ task: 'a', cmd: ['sh', ['-c', 'basename "$PWD"']] }];

/** A folder with plans, a checkout where it has an origin. */
function folder(name: string, plans: Record<string, object>, origin?: string): string {
  const directory = join(tempDir(), name);
  mkdirSync(directory);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory });
  if (origin !== undefined) git('init', '--quiet');
  if (origin) git('remote', 'add', 'origin', origin);
  for (const [file, plan] of Object.entries(plans)) {
    mkdirSync(join(directory, file, '..'), { recursive: true });
    writeFileSync(join(directory, file), `export default ${JSON.stringify({ steps, ...plan })};`);
  }
  return directory;
}

describe('Two repositories on one server', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  let said: string[] = [];
  beforeEach(() => {
    said = [];
  });

  const client = () => createClient({ url: server.url, apiKey: server.key });
  const cacheOf = (directory: string, files: string[], project?: string) =>
    openPlanCache({
      client: client(),
      secretsOf: () => [],
      log: (text) => said.push(text),
      files: files.map((file) => ({ file: join(directory, file), load: () => loadPlan(file, directory) })),
      homeOf: createHomeFinder(project),
      store: openPlanStore(tempDir()),
    });
  const keep = async (directory: string, file: string, project?: string) => {
    const { look } = pollDueTimes(await loadPlan(file, directory), {
      client: client(),
      secretsOf: () => [],
      log: (text) => said.push(text),
      load: () => loadPlan(file, directory),
      homeOf: createHomeFinder(project),
    });
    await look();
  };

  it('run each its own plan of one name and content, and the runs say whose they are', async () => {
    const plan = { 'nightly.plan.mjs': {} };
    const site = folder('first', plan, 'https://github.com/acme/site');
    const docs = folder('second', plan, 'https://github.com/acme/docs');
    const variables = { API_BASE: server.url };
    for (const directory of [site, docs]) {
      const run = await cliHere(['run', 'nightly', '-o', 'json'], directory, { variables });
      expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
      const { run_id: runId } = JSON.parse(run.stdout) as { run_id: string };
      const name = directory === site ? 'acme/site' : 'acme/docs';
      expect(await server.client.run(runId)).toMatchObject({ plan: 'nightly', project: name });
      expect(runId).toMatch(directory === site ? /^nightly-\d/ : /^docs-nightly-\d/);
      const [task] = await server.tasksOf(runId);
      expect(task?.logExcerpt).toContain(directory === site ? 'first' : 'second');
    }
    const refused = await cliHere(['start', 'nightly'], tempDir(), { variables });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('acme/docs:nightly, acme/site:nightly');
    const started = await cliHere(['start', 'acme/docs:nightly'], tempDir(), { variables });
    expect(started.stdout).toMatch(/^docs-nightly-\d/);
    const paused = await cliHere(['plan', 'pause', 'acme/docs:nightly'], tempDir(), { variables });
    expect(paused.stdout).toBe('acme/docs:nightly is paused: its schedule starts no runs.\n');
  });

  it('have hashes of their own for equal plans, by which their workers ask for work', async () => {
    const plan = { 'twin.plan.mjs': {} };
    const one = await cacheOf(folder('one', plan, 'https://github.com/acme/one'), ['twin']);
    const two = await cacheOf(folder('two', plan, 'https://github.com/acme/two'), ['twin']);
    expect(one.hashes()).toHaveLength(1);
    expect(two.hashes()).not.toEqual(one.hashes());
  });

  it('are told at start where a fork begins a second schedule, and a guess begins none', async () => {
    const plan = { 'hourly.plan.mjs': { schedule: '0 * * * *' } };
    await keep(folder('site', plan, 'https://github.com/acme/site'), 'hourly');
    expect(said).toEqual([]);
    const image = folder('image', plan);
    await keep(image, 'hourly');
    expect(said).toEqual([
      expect.stringContaining('already has a schedule, that of acme/site, and image was only guessed'),
    ]);
    said = [];
    await cacheOf(image, ['hourly']);
    expect(said).toEqual([
      expect.stringMatching(
        /of the project image \(guessed from the folder\) is not the same as acme\/site:hourly.*so this schedule does not start.*NIGHTSHIFT_PROJECT=acme\/site/,
      ),
    ]);
    said = [];
    const fork = folder('fork', plan, 'https://github.com/ann/site');
    await cacheOf(fork, ['hourly']);
    await keep(fork, 'hourly');
    expect(said).toEqual(Array(2).fill(expect.stringContaining('this schedule is a second one')));
    said = [];
    await keep(image, 'hourly', 'acme/site');
    await keep(folder('other', plan), 'hourly', 'acme/third');
    expect(said).toEqual([]);
  });

  it('have a worker take the first of two files with one plan, and name both', async () => {
    const directory = folder(
      'both',
      { 'a.plan.mjs': { name: 'same' }, 'ops/b.plan.mjs': { name: 'same' } },
      '',
    );
    const why = /is in both .*a\.plan\.mjs and .*b\.plan\.mjs/;
    for (const project of [undefined, 'acme/both']) {
      said = [];
      const cache = await cacheOf(directory, ['a.plan.mjs', 'ops/b.plan.mjs'], project);
      expect(cache.hashes()).toHaveLength(1);
      expect(said).toEqual([expect.stringMatching(why)]);
    }
    said = [];
    // The same file may be named twice.
    expect((await cacheOf(directory, ['a.plan.mjs', 'a.plan.mjs'])).hashes()).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('have the server refuse a second path of a plan, unless the file was moved', async () => {
    const plans = { 'moved.plan.mjs': {}, 'ops/moved.plan.mjs': { concurrency: 2 } };
    const directory = folder('paths', plans, 'https://github.com/acme/paths');
    await cacheOf(directory, ['moved']);
    expect((await cacheOf(directory, ['ops/moved.plan.mjs'])).hashes()).toEqual([]);
    expect(said).toEqual([
      expect.stringContaining('acme/paths:moved is defined in both moved.plan.mjs and ops/moved.plan.mjs'),
    ]);
    renameSync(join(directory, 'moved.plan.mjs'), join(directory, 'gone.mjs'));
    expect((await cacheOf(directory, ['ops/moved.plan.mjs'])).hashes()).toHaveLength(1);
    expectType(await server.client.startRun({ plan: 'moved' }), 'Run');
  });
});
