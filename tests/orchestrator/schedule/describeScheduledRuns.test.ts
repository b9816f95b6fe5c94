import { expect, it } from 'vitest';
import {
  describeScheduledRuns,
  type ScheduledRun,
} from '../../../orchestrator/schedule/describeScheduledRuns.ts';

const scheduledRun = (minute: number, more: Partial<ScheduledRun>) =>
  ({
    plan: 'nightly',
    project: null,
    runId: null,
    reason: null,
    dueAt: `2025-01-15T02:${minute}:00Z`,
    recordedAt: '2025-01-15T02:59:00Z',
    ...more,
  }) as ScheduledRun;

it('Due times that came to the same share a line, and each that started a run has its own', () => {
  const busy = { outcome: 'SKIPPED', reason: 'nightly-1 was still in progress' } as const;
  expect(
    describeScheduledRuns([
      scheduledRun(30, { outcome: 'STARTED', runId: 'nightly-1' }),
      scheduledRun(31, busy),
      scheduledRun(32, busy),
      scheduledRun(33, { outcome: 'SKIPPED', reason: 'nightly-2 was still in progress' }),
      scheduledRun(34, { outcome: 'MISSED', reason: 'no server was up when it was due' }),
      scheduledRun(35, { outcome: 'MISSED', reason: 'no server was up when it was due' }),
      scheduledRun(36, { outcome: 'STARTED', runId: 'nightly-3' }),
    ]),
  ).toEqual([
    'nightly, due at 2025-01-15 02:30:00Z: nightly-1 was started',
    'nightly, due 2 times from 2025-01-15 02:31:00Z to 2025-01-15 02:32:00Z: skipped, nightly-1 was still in progress',
    'nightly, due at 2025-01-15 02:33:00Z: skipped, nightly-2 was still in progress',
    'nightly, due 2 times from 2025-01-15 02:34:00Z to 2025-01-15 02:35:00Z: missed, no server was up when it was due',
    'nightly, due at 2025-01-15 02:36:00Z: nightly-3 was started',
  ]);
});
