import { pullOfLink } from '../../contract/pulls/pullLinks.ts';
import type { TaskEvent } from '../../domain/changes/events.ts';
import type { Task } from '../../domain/tasks/task.ts';

/** One event as the collectors of older installations know it. */
export interface MetricsEvent {
  /** ISO 8601, UTC. */
  ts: string;
  event: `agent.${string}`;
  /** `orchestrator` for what its commands did, `api` for what callers did. */
  source: 'orchestrator' | 'api';
  task: string;
  run_id: string;
  [field: string]: unknown;
}

/** Writes what happened to a task as events; one thing that happened may be two of them. */
export function eventsOf(event: TaskEvent, task: Task, now: Date): MetricsEvent[] {
  const ofWhom = { task: task.task, run_id: task.runId };
  const make = (name: string, source: MetricsEvent['source'], fields: object = {}): MetricsEvent => ({
    ts: now.toISOString(),
    event: `agent.${name}`,
    source,
    ...ofWhom,
    id: task.id,
    ...fields,
  });
  const link = { outputs_uri: task.outputsUri };
  const standing = {
    status: task.status,
    approval_state: task.approvalState,
    duration_ms: task.durationMs,
    ...link,
  };
  switch (event) {
    case 'created':
      return [make('task_created', 'api', { status: task.status })];
    case 'started':
      return [make('task_started', 'orchestrator')];
    case 'updated':
      return [make('task_updated', 'api', standing)];
    case 'finished':
      return [
        make('task_finished', 'orchestrator', standing),
        ...(task.status === 'awaiting_approval' ? [make('awaiting_approval', 'orchestrator', link)] : []),
        ...(wasAutoApproved(task) ? [make('auto_approved', 'orchestrator', link)] : []),
      ];
    case 'approved':
    case 'rejected':
    case 'cancelled':
      return [make(`task_${event}`, 'api', { ...standing, approver: task.approver })];
  }
}

/** A pull request for which nobody had to be asked. */
function wasAutoApproved({ status, outputsUri }: Task): boolean {
  return status === 'succeeded' && outputsUri !== null && pullOfLink(outputsUri) !== undefined;
}
