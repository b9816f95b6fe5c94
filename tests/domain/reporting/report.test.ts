import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import {
  AlreadyDecidedError,
  DecisionIsFinalError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  NotFoundError,
} from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { findRun } from '../../../domain/runs/read.ts';
import { type CreateTaskInput, createTaskInput, taskChanges } from '../../../domain/tasks/input.ts';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

describeOnBoth('A report', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada');
  const least = { task: 'seo.validate', runId: 'r1', status: 'running' } as const;

  async function report(input: Partial<CreateTaskInput> = {}, key?: string) {
    return createTask(store, everything, { ...least, ...input }, key);
  }

  beforeEach(() => database.truncate());

  it('makes a task that started now unless it says when, or that it has not started', async () => {
    const before = Date.now();
    const { task } = await report();
    expect(Math.abs(Date.parse(task.startedAt ?? '') - before)).toBeLessThan(60_000);
    expect((await report({ startedAt: null })).task.startedAt).toBeNull();
    expect((await report({ startedAt: '2025-01-15T02:30:00Z' })).task.startedAt).toBe('2025-01-15T02:30:00Z');
  });

  it('keeps everything that it says', async () => {
    const logExcerpt = '😀 line\r\n'.repeat(5000);
    const inputs = { flags: ['--strict'], deep: { z: 1, a: [null, true, 1.5, 'é'] } };
    const { task } = await report({ logExcerpt, inputs, outputsUri: 'https://github.com/o/r/pull/1' });
    const found = await findTask(database.db(), task.id);
    expect(found).toEqual(task);
    expect(found).toMatchObject({ logExcerpt, inputs, outputsUri: 'https://github.com/o/r/pull/1' });
  });

  it('keeps the beginning and the end of a megabyte of log, emoji included, 64 KB in all', async () => {
    const logExcerpt = `first 😀\n${'😀'.repeat(250_000)}\nlast 😀`;
    const kept = (await report(createTaskInput.parse({ ...least, logExcerpt }))).task.logExcerpt ?? '';
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(65_000);
    expect(kept).toMatch(/^first 😀\n😀+\n\[nightshift\] \d+ bytes were left out here\n😀+\nlast 😀$/u);
    const { task } = await report();
    expect((await updateTask(store, everything, task.id, taskChanges.parse({ logExcerpt }))).logExcerpt).toBe(
      kept,
    );
  });

  it('from before excerpts had a bound is cut by the migration that brings it', async () => {
    const long = await report({ logExcerpt: `first\n${'🦉'.repeat(50_000)}\nlast` });
    const short = await report({ logExcerpt: '🦉'.repeat(16_000) });
    const file = resolve(import.meta.dirname, '../../../prisma/migrations/0018_bounds/migration.sql');
    await database.db().query({ text: await readFile(file, 'utf8') });
    const cut = (await findTask(database.db(), long.task.id))?.logExcerpt ?? '';
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(65_536);
    expect(cut).toMatch(/^first\n🦉+\n\[nightshift\] The middle was left out here\n🦉+\nlast$/u);
    expect((await findTask(database.db(), short.task.id))?.logExcerpt).toBe(short.task.logExcerpt);
  });

  it('of work that awaits approval asks for it', async () => {
    expect((await report({ status: 'awaiting_approval' })).task.approvalState).toBe('pending');
    const { task } = await report();
    expect(
      (await updateTask(store, everything, task.id, { status: 'awaiting_approval' })).approvalState,
    ).toBe('pending');
  });

  it('changes only what it names, clears with null, and changes nothing when it names nothing', async () => {
    const { task } = await report({ logExcerpt: 'log', outputsUri: '/a' });
    const changed = await updateTask(store, everything, task.id, { outputsUri: null, durationMs: 5 });
    expect(changed).toEqual({ ...task, outputsUri: null, durationMs: 5, version: task.version + 1 });
    expect(await updateTask(store, everything, task.id, {})).toEqual(changed);
    await expect(updateTask(store, everything, 4711, {})).rejects.toThrow(NotFoundError);
    await expect(updateTask(store, everything, 4711, { status: 'failed' })).rejects.toThrow(NotFoundError);
  });

  it('starts a queued task now unless it says when', async () => {
    const { task } = await report({ status: 'queued', startedAt: null });
    expect((await updateTask(store, everything, task.id, { status: 'running' })).startedAt).not.toBeNull();
  });

  it('cannot leave a final status, nor an approval without a decision', async () => {
    const { task: done } = await report({ status: 'succeeded' });
    await expect(updateTask(store, everything, done.id, { status: 'running' })).rejects.toThrow(
      IllegalTransitionError,
    );
    const { task: held } = await report({ status: 'awaiting_approval' });
    await expect(
      updateTask(store, everything, held.id, { status: 'succeeded', logExcerpt: 'x' }),
    ).rejects.toThrow(/approve, reject or cancel/);
    expect(await findTask(database.db(), held.id)).toEqual(held);
  });

  it('may add to a task that has ended, without moving it', async () => {
    const { task } = await report({ status: 'failed' });
    const changed = await updateTask(store, everything, task.id, { status: 'failed', logExcerpt: 'more' });
    expect(changed).toEqual({ ...task, logExcerpt: 'more', version: task.version + 1 });
  });

  const rewrites: [what: string, changes: Parameters<typeof updateTask>[3]][] = [
    ['the approver', { approver: 'mallory' }],
    ['the note', { approvalNote: 'rewritten' }],
    ['the approval away', { approvalState: null }],
    ['the approval back to pending', { approvalState: 'pending' }],
  ];
  it.each(rewrites)('cannot rewrite %s of a decision', async (_, changes) => {
    const { task } = await report({ status: 'awaiting_approval' });
    const decided = await updateTask(store, ada, task.id, {
      approvalState: 'approved',
      approvalNote: 'good',
    });
    await expect(updateTask(store, ada, task.id, changes)).rejects.toThrow(DecisionIsFinalError);
    expect(await findTask(database.db(), task.id)).toEqual(decided);
  });

  it('with a deciding approval state is a decision by the viewer, whatever approver it names', async () => {
    const { task } = await report({ status: 'awaiting_approval' });
    const changes = {
      approvalState: 'approved' as const,
      approver: 'mallory',
      status: 'succeeded' as const,
      finishedAt: '2025-01-15T02:35:00Z',
    };
    expect(await updateTask(store, ada, task.id, changes)).toMatchObject({
      status: 'succeeded',
      approvalState: 'approved',
      approver: 'ada',
      finishedAt: '2025-01-15T02:35:00Z',
    });
    await expect(
      updateTask(store, viewerNamed('bob'), task.id, { approvalState: 'rejected' }),
    ).rejects.toThrow(AlreadyDecidedError);
  });

  it('decides by the named approver where the viewer has no identity of its own', async () => {
    const { task } = await report({ status: 'awaiting_approval' });
    const decided = await updateTask(store, everything, task.id, {
      approvalState: 'rejected',
      approver: 'carol',
    });
    expect(decided).toMatchObject({ approver: 'carol', status: 'failed' });
  });

  it('decides nothing and changes nothing when its status contradicts its decision', async () => {
    const { task } = await report({ status: 'awaiting_approval' });
    const changes = { approvalState: 'approved' as const, status: 'failed' as const };
    await expect(updateTask(store, ada, task.id, changes)).rejects.toThrow(DecisionIsFinalError);
    expect(await findTask(database.db(), task.id)).toEqual(task);
  });

  it('repeated with its idempotency key gives the first answer, even when the task has changed since', async () => {
    const first = await report({ inputs: { b: 1, a: 2 } }, 'key');
    await updateTask(store, everything, first.task.id, { status: 'failed' });
    expect(await report({ inputs: { a: 2, b: 1 } }, 'key')).toEqual({ task: first.task, replayed: true });
    await expect(report({ inputs: { a: 2 } }, 'key')).rejects.toThrow(IdempotencyKeyReusedError);
  });

  it('sent a hundred times at once with one key makes one task', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => report({}, 'same')));
    expect(new Set(answers.map(({ task }) => task.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect((await readTaskPage(database.db(), {}, {})).edges).toHaveLength(1);
  });

  it('does not share idempotency keys between viewers', async () => {
    const input = { task: 'a', runId: 'r', status: 'running' as const };
    const mine = await createTask(store, ada, input, 'key');
    const theirs = await createTask(store, viewerNamed('bob'), input, 'key');
    expect(theirs.task.id).not.toBe(mine.task.id);
  });

  it('is told to those who watch the run, after it is stored', async () => {
    const heard: number[] = [];
    const watch = store.changes.watchRun('r1');
    const listening = (async () => {
      for await (const id of watch) if (heard.push(id) === 2) break;
    })();
    await report({ runId: 'other' });
    const { task } = await report();
    await expect.poll(() => heard).toEqual([task.id]);
    await updateTask(store, everything, task.id, { status: 'succeeded' });
    await listening;
    expect(heard).toEqual([task.id, task.id]);
    expect(store.changes.size).toBe(0);
  });

  it('makes its run known, with counts, first start, last finish and duration', async () => {
    await report({
      status: 'succeeded',
      startedAt: '2025-01-15T02:30:00Z',
      finishedAt: '2025-01-15T02:31:00Z',
    });
    await report({
      status: 'failed',
      startedAt: '2025-01-15T02:31:00Z',
      finishedAt: '2025-01-15T02:35:00.500Z',
    });
    expect(await findRun(database.db(), 'r1')).toMatchObject({
      counts: { succeeded: 1, failed: 1 },
      startedAt: '2025-01-15T02:30:00Z',
      finishedAt: '2025-01-15T02:35:00.500Z',
      durationMs: 300_500,
    });
    await report({ status: 'running' });
    expect(await findRun(database.db(), 'r1')).toMatchObject({ finishedAt: null, durationMs: null });
    expect(await findRun(database.db(), 'none')).toBeNull();
  });

  it('is pruned when it started, or ended without a start, before the cutoff, and its run with it when nothing of it is left', async () => {
    const { task: old } = await report({ runId: 'old', startedAt: '2024-01-01T00:00:00Z' });
    const { task: young } = await report({ runId: 'young', startedAt: '2025-01-01T00:00:00Z' });
    const { task: queued } = await report({ runId: 'young', status: 'queued', startedAt: null });
    const ended = { status: 'skipped' as const, startedAt: null, finishedAt: '2024-01-01T00:00:00Z' };
    await report({ runId: 'old', ...ended });
    await database.db().query({ text: `UPDATE runs SET created_at = '2024-01-01T00:00:00Z'` });
    const pruned = await pruneTasks(store, everything, '2025-01-01T00:00:00Z');
    expect(pruned).toEqual({ deleted: 2, deletedRuns: 1, keptRuns: 0, cutoff: '2025-01-01T00:00:00Z' });
    expect(await findTask(database.db(), old.id)).toBeNull();
    expect(await findTask(database.db(), young.id)).toEqual(young);
    expect(await findTask(database.db(), queued.id)).toEqual(queued);
    expect(await findRun(database.db(), 'old')).toBeNull();
  });
});
