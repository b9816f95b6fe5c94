import { wordOf } from '../../contract/words/words.ts';
import type { WorkerEvent } from './events.ts';

/** Describes what became of the lease of a worker that was killed. */
export function describeReturn(event: Extract<WorkerEvent, { type: 'returned' | 'leftRunning' }>): string {
  const { task, runId } = event.lease;
  const name = `${task} of ${runId}: its worker was killed`;
  if (event.type === 'returned') {
    const status = wordOf(event.task.status);
    return `${name}; it is ${status}${status === 'queued' ? ' again' : ''}`;
  }
  const { survivors } = event;
  const what =
    survivors.length > 0 ? `${survivors.join(', ')} could not be ended` : 'something of it may still run';
  return `${name}, and ${what}, so it waits until its lease expires`;
}
