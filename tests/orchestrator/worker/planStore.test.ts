import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { openPlanStore } from '../../../orchestrator/worker/planStore.ts';

describe('The contents of plans that a worker keeps', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nightshift-plan-store-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const file = '/srv/site/nightly.plan.ts';
  const hash = 'a'.repeat(64);
  const day = (number: number) => `2025-01-${String(number).padStart(2, '0')}T12:00:00.000Z`;
  /** A content that only its machine tells from the others with its hash. */
  const content = (mode: string) =>
    readPlan({ steps: [{ task: 'a', cmd: ['true'], env: { MODE: mode } }] }, file, 'nightly');
  const keep = (mode: string, since: number) =>
    openPlanStore(directory).keep({ version: 1, hash, since: day(since), plan: content(mode) });
  const modeAt = (time: number) =>
    openPlanStore(directory).read(hash, new Set([file]), day(time))?.steps[0]?.env.MODE;

  it('are those that a run began with, also where a change was taken back', async () => {
    for (const [mode, since] of [
      ['one', 1],
      ['two', 3],
      ['one', 5],
      ['two', 7],
    ] as const)
      await keep(mode, since);
    expect([2, 4, 6, 8].map(modeAt)).toEqual(['one', 'two', 'one', 'two']);
  });

  it('are in force since they were kept first, however often a worker starts with them', async () => {
    await keep('one', 1);
    await keep('two', 3);
    await keep('two', 5);
    expect([2, 4, 6].map(modeAt)).toEqual(['one', 'two', 'two']);
  });
});
