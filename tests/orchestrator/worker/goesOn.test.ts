import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import type { WorkerOptions } from '../../../orchestrator/worker/workerOptions.ts';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

describe('A worker goes on with the next task', () => {
  let server: TestServer;
  let count = 0;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  /** Carries out a step in one run and then in another, and gives the task of the first. */
  async function carryOut(cmd: readonly [string, string[]], changes: Partial<WorkerOptions> = {}) {
    const name = `plan-${++count}`;
    await workHere(server.url, { name, steps: [{ task: 'odd', cmd }] }, { dataDir: tempDir(), ...changes });
    for (const runId of [`${name}-1`, `${name}-2`]) {
      expectType(await server.client.startRun({ plan: name, runId }), 'Run');
      await eventually(async () => expect((await server.client.run(runId))?.finishedAt).toBeTruthy());
    }
    return (await server.tasksOf(`${name}-1`))[0];
  }

  const sh = (script: string) => ['sh', ['-c', script]] as const as readonly [string, string[]];

  it.each([
    ['a directory in the place of its output', 'rm -f "$NIGHTSHIFT_OUTPUT"; mkdir "$NIGHTSHIFT_OUTPUT"'],
    ['a file in the place of its folder', 'd=$(dirname "$NIGHTSHIFT_OUTPUT"); rm -rf "$d"; echo x > "$d"'],
    ['nothing of its folder', 'rm -rf "$(dirname "$NIGHTSHIFT_OUTPUT")"'],
  ])('after a command that left %s', async (_what, script) => {
    expect(await carryOut(sh(script))).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('after a command that left a link in the place of its folder, and removes nothing behind it', async () => {
    const elsewhere = join(tempDir(), 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'output'), 'kept');
    const script = `d=$(dirname "$NIGHTSHIFT_OUTPUT"); rm -rf "$d"; ln -s ${elsewhere} "$d"`;
    expect(await carryOut(sh(script))).toMatchObject({ status: 'SUCCEEDED' });
    expect(existsSync(join(elsewhere, 'output'))).toBe(true);
  });

  it('after one whose log could not be written, which says so', async () => {
    let isFull = true;
    const beginLog = () => {
      const fails = isFull;
      isFull = false;
      const write = async () => {
        if (fails) throw new Error('ENOSPC: no space left on device');
      };
      return { write, end: async () => {} };
    };
    expect(await carryOut(sh('echo something'), { beginLog })).toMatchObject({
      status: 'FAILED',
      reason: expect.stringContaining('no space left on device'),
    });
  });
});
