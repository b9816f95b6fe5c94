import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, createClient, expectType } from '../../../client/index.ts';
import { loadPlanFile } from '../../../orchestrator/plan/loadPlan.ts';
import { openPlanCache } from '../../../orchestrator/worker/planCache.ts';
import { openPlanStore } from '../../../orchestrator/worker/planStore.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

describe('The plans of a worker', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** A plan file with the store of a worker's data directory, and what its caches have said. */
  function planFile(name: string, directory = tempDir()) {
    const file = join(directory, `${name}.plan.mjs`);
    const said: string[] = [];
    const clock = { now: 0 };
    return {
      file,
      said,
      write(...tasks: string[]) {
        const steps = tasks.map((task) => ({ task, cmd: ['true'] }));
        writeFileSync(file, `export default ${JSON.stringify({ steps })};`);
      },
      spoil: () => writeFileSync(file, `export default {;`),
      open: (apiKey = server.key) =>
        openPlanCache({
          client: createClient({ url: server.url, apiKey }),
          files: [{ file, load: () => loadPlanFile(file) }],
          store: openPlanStore(directory),
          secretsOf: () => [],
          log: (text) => said.push(text),
          now: () => {
            clock.now += 6000;
            return clock.now;
          },
        }),
    };
  }

  it('wait for a file that is faulty when it starts, and go on meanwhile with runs on record', async () => {
    const { write, spoil, open, said } = planFile('faulty');
    write('old');
    const [before] = (await open()).hashes();
    const run = expectType(await server.client.startRun({ plan: 'faulty' }), 'Run');
    spoil();
    const cache = await open();
    expect(cache.hashes()).toEqual([before]);
    expect(cache.get(before ?? '', run.createdAt)?.steps[0]?.task).toBe('old');
    expect(said).toEqual([expect.stringMatching(/^Waiting for the plan to be fixed; .*could not be loaded/)]);
    await cache.refresh();
    expect(said).toHaveLength(1);
    write('new');
    await cache.refresh();
    expect(cache.hashes()).toEqual([expect.not.stringMatching(`^${before}$`), before]);
  });

  it('are those of a file that is gone too, for whoever works on its data directory', async () => {
    const { file, write, open } = planFile('gone');
    write('a');
    const [hash] = (await open()).hashes();
    expectType(await server.client.startRun({ plan: 'gone' }), 'Run');
    const other = planFile('other', dirname(file));
    other.write('b');
    expect((await other.open()).hashes()).not.toContain(hash);
    rmSync(file);
    expect((await other.open()).hashes()).toContain(hash);
    expect((await open()).hashes()).toEqual([hash]);
  });

  it('wait for a file that was never sound, and for one that is gone', async () => {
    const { file, write, spoil, open, said } = planFile('never');
    spoil();
    const cache = await open();
    expect(cache.hashes()).toEqual([]);
    rmSync(file);
    await cache.refresh();
    expect(said.at(-1)).toContain(`No plan file at ${file}`);
    write('a');
    await cache.refresh();
    expect(cache.hashes()).toHaveLength(1);
    rmSync(file);
    await cache.refresh();
    expect(said.at(-1)).toContain('Keeping the previous version of the plan: No plan file at');
    expect(cache.hashes()).toHaveLength(1);
  });

  it('are not opened for a worker that the server refuses', async () => {
    const { write, open } = planFile('refused');
    write('a');
    await expect(open('wrong')).rejects.toThrow(ApiError);
  });
});
