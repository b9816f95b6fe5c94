import { createHash } from 'node:crypto';

/** Names those whose workers take a run's tasks: all that know its plan, or the one that runs this run alone. */
export function scopeOf(whose: { planHash: string } | { runId: string }): string {
  return 'runId' in whose ? `run-${shortHash(whose.runId)}` : `plan-${whose.planHash.slice(0, 32)}`;
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
