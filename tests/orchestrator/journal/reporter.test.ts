import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { NewTask, TaskChanges } from '../../../orchestrator/journal/entry.ts';
import { openJournal } from '../../../orchestrator/journal/journal.ts';
import { recoverJournal } from '../../../orchestrator/journal/recover.ts';
import { createReporter, type ReportTarget } from '../../../orchestrator/journal/reporter.ts';
import { RefusedReport } from '../../../orchestrator/journal/sendQueue.ts';

const directories: string[] = [];
function dataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-journal-'));
  directories.push(directory);
  return directory;
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const created: NewTask = { task: 't', runId: 'r', status: 'QUEUED', startedAt: null, inputs: {} };

/** A server in small: it knows keys and keeps the last state of every task; `fail` decides about each call. */
function smallServer(fail: (call: number) => 'before' | 'after' | 'refused' | undefined = () => undefined) {
  const tasks = new Map<string, TaskChanges | NewTask>();
  let calls = 0;
  const guard = async (work: () => void) => {
    const how = fail(calls++);
    if (how === 'refused') throw new RefusedReport('no');
    if (how !== 'before') work();
    if (how !== undefined) throw new Error('connection lost');
  };
  const target: ReportTarget = {
    async createTask(input, key) {
      await guard(() => tasks.set(key, tasks.get(key) ?? { ...input }));
      return { taskId: key };
    },
    updateTask: (id, changes) => guard(() => void Object.assign(tasks.get(id) ?? {}, changes)),
  };
  return { tasks, target, calls: () => calls };
}

function watched(target: ReportTarget, directory = dataDir()) {
  const told: string[] = [];
  const journal = openJournal(directory);
  const reporter = createReporter(target, journal, {
    onAway: () => told.push('away'),
    onBack: () => told.push('back'),
    onRefused: (entry, why) => told.push(`refused ${entry.key}: ${why}`),
    onJournalFault: (why) => told.push(`journal: ${why}`),
  });
  return { reporter, journal, told, directory };
}

describe('Reports', () => {
  it('are gone from the journal when the server has acknowledged the end', async () => {
    const server = smallServer();
    const { reporter, journal } = watched(server.target);
    const report = reporter.open('r/t/1', created);
    report.update({ status: 'RUNNING', startedAt: '2025-01-15T02:30:00Z' });
    expect(journal.read()).toHaveLength(1);
    report.update({ status: 'SUCCEEDED', finishedAt: '2025-01-15T02:31:00Z' }, true);
    expect(await report.stored()).toBe('r/t/1');
    expect(server.tasks.get('r/t/1')).toMatchObject({
      status: 'SUCCEEDED',
      startedAt: '2025-01-15T02:30:00Z',
    });
    expect(journal.read()).toEqual([]);
  });

  it('of an open task stay in the journal, so that a crash is noticed', async () => {
    const { reporter, journal } = watched(smallServer().target);
    const report = reporter.open('r/t/1', created);
    await report.stored();
    expect(journal.read()).toMatchObject([{ taskId: 'r/t/1', closed: false, changes: null }]);
  });

  it('arrive once and complete, whatever is lost on the way', async () => {
    const faults = fc.array(fc.constantFrom(undefined, 'before' as const, 'after' as const), {
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(faults, async (lost) => {
        const server = smallServer((call) => lost[call]);
        const { reporter, journal } = watched(server.target);
        const reports = ['r/a/1', 'r/b/2'].map((key) => reporter.open(key, created));
        for (const report of reports) {
          report.update({ status: 'RUNNING', startedAt: '2025-01-15T02:30:00Z' });
          report.update({ status: 'FAILED', durationMs: 5 }, true);
        }
        expect(await reporter.settle(20_000)).toBe(0);
        expect([...server.tasks.values()]).toMatchObject([
          { status: 'FAILED', durationMs: 5 },
          { status: 'FAILED' },
        ]);
        expect(journal.read()).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });

  it('that the server refuses are set aside, told, and not tried for ever', async () => {
    const server = smallServer((call) => (call === 1 ? 'refused' : undefined));
    const { reporter, journal, told, directory } = watched(server.target);
    const report = reporter.open('r/t/1', created);
    await report.stored();
    report.update({ status: 'SUCCEEDED' }, true);
    expect(await report.stored()).toBeNull();
    report.update({ webhookError: 'x' });
    expect(await reporter.settle(1000)).toBe(0);
    expect(told).toEqual(['refused r/t/1: no']);
    expect(server.calls()).toBe(2);
    expect(journal.read()).toEqual([]);
    expect(readdirSync(join(directory, 'journal', 'refused'))).toHaveLength(1);
  });

  it('that could not be sent are sent by whoever comes next', async () => {
    const away = watched(smallServer(() => 'before').target);
    const report = away.reporter.open('r/t/1', created);
    report.update({ status: 'SUCCEEDED', startedAt: '2025-01-15T02:30:00Z' }, true);
    expect(await away.reporter.settle(50)).toBe(1);
    away.reporter.close();
    expect(away.told).toEqual(['away']);

    const server = smallServer();
    const next = watched(server.target, away.directory);
    expect((await recoverJournal(next.journal, next.reporter)).reports).toBe(1);
    expect(await next.reporter.settle(5000)).toBe(0);
    expect(server.tasks.get('r/t/1')).toMatchObject({ status: 'SUCCEEDED' });
    expect(next.journal.read()).toEqual([]);
  });

  it('of a process that lives are left to it', async () => {
    const own = watched(smallServer().target);
    await own.reporter.open('r/t/1', created).stored();
    const other = watched(smallServer().target, own.directory);
    expect(await recoverJournal(other.journal, other.reporter)).toEqual({ reports: 0, abandoned: [] });
  });
});
