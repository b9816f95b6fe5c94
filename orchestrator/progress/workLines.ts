import { wordOf } from '../../contract/words/words.ts';
import type { Terminal } from '../terminal.ts';
import { describeJournal } from '../worker/describeJournal.ts';
import type { Lease, WorkerEvent } from '../worker/events.ts';
import { describeEnd } from './lines.ts';

/** Writes what a worker does as one line an event; what has no line is undefined. */
export function describeWork(event: WorkerEvent, stream: Terminal): string | undefined {
  switch (event.type) {
    case 'leased':
      return `${nameOf(event.lease)} started${event.lease.number > 1 ? `, attempt ${event.lease.number}` : ''}`;
    case 'reported': {
      const { task, lease } = event;
      const { durationMs, reason, outputsUri } = task;
      if (task.status === 'QUEUED')
        return `${nameOf(lease)} will be tried again (${reason ?? 'it did not succeed'})`;
      const status = wordOf(task.status);
      return describeEnd({ status, durationMs, reason, outputsUri }, nameOf(lease), stream);
    }
    case 'lost':
      return `${nameOf(event.lease)}: its lease lapsed, so this attempt does not count`;
    case 'refused':
      return `${nameOf(event.lease)}: the server refused its report: ${event.why}`;
    case 'kept':
      return `${nameOf(event.lease)}: its report could not be sent and is kept for the next start: ${event.why}`;
    case 'pendingReport':
    case 'journalFault':
      return describeJournal(event);
    case 'away':
      return `${event.why} Commands go on, and what cannot be reported now is kept.`;
    case 'drained':
      return 'Told to leave: it takes nothing new, lets what runs finish, and leaves.';
    case 'back':
      return 'The server answers again.';
    case 'output':
    case 'annotation':
      return undefined;
  }
}

function nameOf({ task, runId }: Lease): string {
  return `${task} of ${runId}`;
}
