import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { stampOwn } from '../../../orchestrator/worker/processStamp.ts';
import { newestForm } from '../../../orchestrator/worker/reportForms.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startProxy } from '../support/proxy.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { workHere } from '../support/workHere.ts';

/** Waits for it; machines are busy. */
const soon = <T>(read: () => T) => expect.poll(read);

describe('The report of an attempt', () => {
  let server: TestServer;
  let dataDir: string;
  let count = 0;
  let name: string;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    dataDir = tempDir();
    name = `plan-${++count}`;
  });

  const steps = (...tasks: string[]) => tasks.map((task) => ({ task, cmd: ['sh', ['-c', 'echo did it']] }));
  const reports = () => join(dataDir, 'reports');
  const kept = () =>
    existsSync(reports()) ? readdirSync(reports()).filter((file) => file.endsWith('.json')) : [];

  const start = async () => void expectType(await server.client.startRun({ plan: name, runId: name }), 'Run');

  const states = async () =>
    Object.fromEntries((await server.tasksOf(name)).map((task) => [task?.task, task?.status]));

  /** Leases the only task as a worker that died thereafter would have, and leaves a report of it. */
  async function leaveReport(owner: object, report: object, version = newestForm): Promise<void> {
    const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir, concurrency: 0 });
    await worker.ended;
    await start();
    const offer = await server.client.leaseTask({ worker: 'gone', planHashes: worker.planHashes });
    const { lease } = expectType(offer, 'LeaseOffer');
    mkdirSync(reports(), { recursive: true });
    writeFileSync(
      join(reports(), `${lease?.leaseId}.json`),
      JSON.stringify({ version, lease, report: { durationMs: 5, outputs: {}, ...report }, owner }),
    );
  }
  const gone = { pid: 2 ** 22 + 1, host: hostname(), began: 'never' };

  it('is kept while the server is away, and handed in when it is back before another task is taken', async () => {
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    const wait = { task: 'first', cmd: ['sleep', ['1']] };
    const worker = await workHere(proxy.url, { name, steps: [wait, ...steps('second')] }, { dataDir });
    await start();
    await soon(states).toEqual({ first: 'RUNNING', second: 'QUEUED' });
    proxy.fault = () => 'away';
    await soon(kept).toHaveLength(1);
    await soon(() => worker.events.map(({ type }) => type)).toContain('away');
    expect(await states()).toEqual({ first: 'RUNNING', second: 'QUEUED' });
    proxy.fault = () => 'none';
    await soon(states).toEqual({ first: 'SUCCEEDED', second: 'SUCCEEDED' });
    expect(worker.events.map(({ type }) => type).filter((type) => type !== 'output')).toEqual([
      'leased',
      'away',
      'back',
      'reported',
      'leased',
      'reported',
    ]);
    await soon(kept).toEqual([]);
  });

  it.each([
    ['', newestForm, 'EXIT'],
    [' also in the form of older versions,', 1, 'exit'],
  ])(
    'is sent by the next start when its process is gone,%s and counts while its lease holds',
    async (_, form, ending) => {
      await leaveReport(gone, { ending, exitCode: 0, logExcerpt: 'it was done' }, form);
      const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir });
      await soon(states).toEqual({ only: 'SUCCEEDED' });
      const [task] = await server.tasksOf(name);
      expect(task?.logExcerpt).toBe('it was done');
      expect(worker.events).toMatchObject([{ type: 'pendingReport', delivery: 'reported' }]);
      await soon(kept).toEqual([]);
    },
  );

  it('that the server will never take is set aside with the reason, and ends the attempt at once', async () => {
    await leaveReport(gone, { ending: 'EXIT', exitCode: 300 });
    const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir });
    await soon(() => worker.events).toMatchObject([{ type: 'pendingReport', delivery: 'refused' }]);
    await soon(kept).toEqual([]);
    const [file = ''] = readdirSync(join(reports(), 'refused'));
    expect(JSON.parse(readFileSync(join(reports(), 'refused', file), 'utf8'))).toMatchObject({
      report: { exitCode: 300 },
      refusedBecause: expect.stringContaining('exitCode'),
    });
    expect(await states()).toEqual({ only: 'FAILED' });
    const [task] = await server.tasksOf(name);
    expect(task?.reason).toMatch(/^its worker could not report how it ended: .*exitCode/);
  });

  it('for another server is kept for that one, and one of which this server has deleted all goes', async () => {
    await leaveReport(gone, { ending: 'EXIT', exitCode: 0 });
    const [file = ''] = kept();
    const own = JSON.parse(readFileSync(join(reports(), file), 'utf8')) as { lease: object };
    const other = (leaseId: string, more: object) =>
      writeFileSync(
        join(reports(), `${leaseId}.json`),
        JSON.stringify({ ...own, lease: { ...own.lease, leaseId, ...more } }),
      );
    const [elsewhere, deleted] = [randomUUID(), randomUUID()];
    other(elsewhere, { serverId: randomUUID() });
    other(deleted, {});
    const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir });
    const told = () =>
      worker.events.flatMap((event) =>
        event.type === 'pendingReport' ? [[event.lease.leaseId, event.delivery]] : [],
      );
    await soon(() => told().sort()).toEqual(
      [
        [file.replace('.json', ''), 'reported'],
        [deleted, 'lost'],
      ].sort(),
    );
    await soon(kept).toEqual([`${elsewhere}.json`]);
    expect(existsSync(join(reports(), 'refused'))).toBe(false);
  });

  it('leaves no draft behind for long, whatever was killed while it was written', async () => {
    await leaveReport(gone, { ending: 'EXIT', exitCode: 0 });
    const [old, young] = ['old.json.7.draft', 'young.json.8.draft'];
    for (const draft of [old, young]) writeFileSync(join(reports(), draft), '{');
    const before = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(reports(), old), before, before);
    await workHere(server.url, { name, steps: steps('only') }, { dataDir });
    await soon(() => readdirSync(reports())).toEqual([young]);
  });

  it('is left to the process whose it is while that lives', async () => {
    await leaveReport(stampOwn(), { ending: 'EXIT', exitCode: 0 });
    writeFileSync(join(reports(), 'no-report.json'), '{');
    const worker = await workHere(server.url, { name: `${name}-x`, steps: steps('other') }, { dataDir });
    await server.client.startRun({ plan: `${name}-x`, runId: `${name}-x` });
    await soon(() => worker.events.at(-1)?.type).toBe('reported');
    expect(await states()).toEqual({ only: 'RUNNING' });
    expect(kept()).toHaveLength(2);
  });

  it('reaches the server though the disk takes none, which is told once', async () => {
    writeFileSync(reports(), 'this is no directory');
    const worker = await workHere(server.url, { name, steps: steps('one', 'two') }, { dataDir });
    await start();
    await soon(states).toEqual({ one: 'SUCCEEDED', two: 'SUCCEEDED' });
    expect(worker.events.filter(({ type }) => type === 'journalFault')).toHaveLength(1);
  });

  it('is on disk before it is sent and gone after it was taken', async () => {
    const proxy = await startProxy(server.url);
    onTestFinished(() => proxy.close());
    let files: string[] = [];
    await workHere(proxy.url, { name, steps: steps('only') }, { dataDir });
    proxy.fault = () => {
      files = [...files, ...kept()];
      return 'none';
    };
    await start();
    await soon(states).toEqual({ only: 'SUCCEEDED' });
    expect(new Set(files).size).toBe(1);
    await soon(kept).toEqual([]);
  });

  it('of a newer version is left for a worker of that version, which is told', async () => {
    await leaveReport(gone, { ending: 'EXIT', exitCode: 0 });
    const [file = ''] = kept();
    const written = JSON.parse(readFileSync(join(reports(), file), 'utf8'));
    writeFileSync(
      join(reports(), file),
      JSON.stringify({ ...written, version: newestForm + 1, report: { how: 'unknown' } }),
    );
    const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir, concurrency: 0 });
    await worker.ended;
    expect(kept()).toEqual([file]);
    expect(await states()).toEqual({ only: 'RUNNING' });
    expect(worker.events).toEqual([
      {
        type: 'journalFault',
        why: expect.stringMatching(/^1 saved report in .*reports is of a newer version/),
      },
    ]);
  });

  it.each([
    [
      'of servers that had no id yet',
      (written: { lease: object }) => ({ ...written, lease: { ...written.lease, serverId: undefined } }),
    ],
    ['of today', (written: object) => written],
  ])('in the form %s is read and sent', async (_form, older) => {
    await leaveReport(gone, { ending: 'EXIT', exitCode: 0 });
    const [file = ''] = kept();
    const written = JSON.parse(readFileSync(join(reports(), file), 'utf8'));
    writeFileSync(join(reports(), file), JSON.stringify(older(written)));
    const worker = await workHere(server.url, { name, steps: steps('only') }, { dataDir, concurrency: 0 });
    await worker.ended;
    expect(await states()).toEqual({ only: 'SUCCEEDED' });
    expect(kept()).toEqual([]);
  });
});
