import { createHash } from 'node:crypto';

/** Names those who take the tasks of a run: all workers that know its plan. */
export function scopeOfPlan(planHash: string): string {
  return `plan-${planHash.slice(0, 32)}`;
}

/** Names the one that takes the tasks of a run which it runs alone. */
export function scopeOfRun(runId: string): string {
  return `run-${shortHash(runId)}`;
}

/** The queue of a step: its run's scope, and the labels that a worker must have. */
export function queueOf(scope: string, labels: readonly string[]): string {
  return labels.length === 0 ? `${scope}.any` : `${scope}.${shortHash([...labels].sort().join(' '))}`;
}

/** The scope whose tasks stand in a queue. */
export function scopeOfQueue(queueName: string): string {
  return queueName.slice(0, queueName.lastIndexOf('.'));
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
