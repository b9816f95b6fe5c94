import { durationBounds } from '../../domain/metrics/durations.ts';
import type { Gauges } from '../../domain/metrics/gauges.ts';
import type { Snapshot } from '../../domain/metrics/snapshot.ts';
import { type Family, histogramSamples, type Sample } from './exposition.ts';
import type { Reading } from './throttle.ts';

/** Turns what the database says into metrics; without it, only that it could not be asked. */
export function snapshotFamilies({ value, age, took, ok }: Reading<Snapshot>): Family[] {
  const up = gauge(
    'nightshift_database_up',
    'Whether the database answered when it was last asked for these figures.',
    [{ value: ok ? 1 : 0 }],
  );
  if (value === undefined) return [up];
  return [
    up,
    gauge('nightshift_figures_age_seconds', 'How old the figures of the database are.', [{ value: age }]),
    gauge('nightshift_figures_read_seconds', 'How long the database took to give its figures.', [
      { value: took },
    ]),
    ...taskFamilies(value),
    ...standingFamilies(value.standing),
  ];
}

function taskFamilies({ tasks, durations, attempts }: Snapshot): Family[] {
  return [
    gauge(
      'nightshift_tasks',
      'Tasks by name and status; names beyond the 100 most frequent are "other".',
      tasks.map(({ task, status, tasks: value }) => ({ labels: { task, status }, value })),
    ),
    {
      name: 'nightshift_task_duration_seconds',
      help: 'How long tasks took that ended since midnight UTC; awaiting_approval are those that asked for approval, whatever was decided.',
      type: 'histogram',
      samples: durations.flatMap(({ task, status, counts, sumMs }) =>
        histogramSamples({ task, status }, { bounds: durationBounds, counts, sum: sumMs / 1000 }),
      ),
    },
    {
      name: 'nightshift_attempts_total',
      help: 'Attempts that ended since midnight UTC, by how they ended.',
      type: 'counter',
      samples: attempts.map(({ endedBy, attempts: value }) => ({ labels: { ended_by: endedBy }, value })),
    },
  ];
}

function standingFamilies(standing: Gauges): Family[] {
  const { waiting, oldestWaiting, due, oldestDue, leases } = standing;
  const { approvals, oldestApproval, openRuns, finishedRuns, lastRunAt } = standing;
  return [
    gauge(
      'nightshift_queue_depth',
      'Tasks of runs that are queued: due for a worker, or waiting for other tasks, a lock or a place.',
      byState({ due, waiting }),
    ),
    gauge(
      'nightshift_queue_oldest_age_seconds',
      'Age of the oldest queued task of a run, from the start of its run; 0 when none is queued.',
      byState({ due: oldestDue, waiting: oldestWaiting }),
    ),
    gauge('nightshift_leases', 'Attempts that workers make now.', [{ value: leases }]),
    gauge('nightshift_approvals_pending', 'Tasks that await approval.', [{ value: approvals }]),
    gauge(
      'nightshift_approvals_oldest_age_seconds',
      'How long the oldest approval has been awaited; 0 when none is.',
      [{ value: oldestApproval }],
    ),
    gauge(
      'nightshift_runs',
      'Runs that are open, with a task queued or running, and those that are finished.',
      byState({ open: openRuns, finished: finishedRuns }),
    ),
    gauge(
      'nightshift_last_run_timestamp_seconds',
      'When the last run was made, in seconds since 1970.',
      lastRunAt === null ? [] : [{ value: lastRunAt }],
    ),
  ];
}

function gauge(name: string, help: string, samples: Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

function byState(values: Record<string, number>): Sample[] {
  return Object.entries(values).map(([state, value]) => ({ labels: { state }, value }));
}
