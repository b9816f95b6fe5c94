import { durationBounds } from '../../domain/metrics/durations.ts';
import type { Gauges } from '../../domain/metrics/gauges.ts';
import type { Snapshot } from '../../domain/metrics/snapshot.ts';
import { type Family, histogramSamples, type Sample } from './exposition.ts';
import type { Reading } from './throttle.ts';

/** Turns what the database says into metrics; without it, only that it could not be asked. */
export function snapshotFamilies({ value, age, took, ok }: Reading<Snapshot>): Family[] {
  const up = gauge(
    'nightshift_database_up',
    'Whether the database answered the last query for these metrics.',
    [{ value: ok ? 1 : 0 }],
  );
  if (value === undefined) return [up];
  return [
    up,
    gauge('nightshift_figures_age_seconds', 'Age of the metrics about the database.', [{ value: age }]),
    gauge('nightshift_figures_read_seconds', 'How long the database took to compute its metrics.', [
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
      'Tasks by name and status. Names beyond the 100 most frequent count as "other".',
      tasks.map(({ task, status, tasks: value }) => ({ labels: { task, status }, value })),
    ),
    {
      name: 'nightshift_task_duration_seconds',
      help: 'Duration of tasks that ended since midnight UTC; awaiting_approval counts those that asked for approval, regardless of the decision.',
      type: 'histogram',
      samples: durations.flatMap(({ task, status, counts, sumMs }) =>
        histogramSamples({ task, status }, { bounds: durationBounds, counts, sum: sumMs / 1000 }),
      ),
    },
    {
      name: 'nightshift_attempts_total',
      help: 'Attempts that ended since midnight UTC, by ending.',
      type: 'counter',
      samples: attempts.map(({ endedBy, attempts: value }) => ({ labels: { ended_by: endedBy }, value })),
    },
  ];
}

function standingFamilies(standing: Gauges): Family[] {
  const { waiting, oldestWaiting, due, oldestDue, leases } = standing;
  const { approvals, oldestApproval, openRuns, finishedRuns, isFrozen, lastRunAt } = standing;
  return [
    gauge(
      'nightshift_queue_depth',
      'Queued tasks of runs: ready for a worker, or waiting for other tasks, a lock or a slot.',
      byState({ due, waiting }),
    ),
    gauge(
      'nightshift_queue_oldest_age_seconds',
      'Age of the oldest queued task of a run, counted from the start of its run; 0 if none is queued.',
      byState({ due: oldestDue, waiting: oldestWaiting }),
    ),
    gauge('nightshift_leases', 'Attempts that workers are running.', [{ value: leases }]),
    gauge('nightshift_approvals_pending', 'Tasks that need approval.', [{ value: approvals }]),
    gauge(
      'nightshift_approvals_oldest_age_seconds',
      'How long the oldest pending approval has been waiting; 0 if there is none.',
      [{ value: oldestApproval }],
    ),
    gauge(
      'nightshift_runs',
      'Runs that are open (with a task queued or running), and finished runs.',
      byState({ open: openRuns, finished: finishedRuns }),
    ),
    gauge('nightshift_frozen', 'Whether the server is frozen, so that nothing starts.', [
      { value: isFrozen ? 1 : 0 },
    ]),
    gauge(
      'nightshift_last_run_timestamp_seconds',
      'When the last run was created, in seconds since 1970.',
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
