import { wordOf } from '../../contract/words/words.ts';
import type { Terminal } from '../terminal.ts';
import { describeFrozen } from '../text/describeFrozen.ts';
import { describeJournal } from '../worker/describeJournal.ts';
import { describeReturn } from '../worker/describeReturn.ts';
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
        return `${nameOf(lease)} will be retried (${reason ?? 'it did not succeed'})`;
      const status = wordOf(task.status);
      return describeEnd({ status, durationMs, reason, outputsUri }, nameOf(lease), stream);
    }
    case 'lost':
      return `${nameOf(event.lease)}: its lease expired, so this attempt does not count`;
    case 'refused':
      return `${nameOf(event.lease)}: the server refused its report: ${event.why}`;
    case 'kept':
      return `${nameOf(event.lease)}: could not send its report; the next start sends it: ${event.why}`;
    case 'pendingReport':
    case 'journalFault':
      return describeJournal(event);
    case 'returned':
    case 'leftRunning':
      return describeReturn(event);
    case 'away':
      return `${event.why} Commands keep running, and their reports are saved until the server is back.`;
    case 'keyRefused':
      return `The server refuses the key of this worker: ${event.why} Commands keep running, and their reports are saved. Put another key into API_KEY_FILE; it is tried from time to time.`;
    case 'keyTaken':
      return 'The server takes the key of this worker again.';
    case 'drained':
      return 'Draining: the worker takes no new tasks, lets running commands finish, and exits.';
    case 'frozen':
      return describeFrozen(event.freeze);
    case 'thawed':
      return 'The server is thawed: tasks start again.';
    case 'back':
      return 'The server is back.';
    case 'output':
    case 'annotation':
      return undefined;
  }
}

function nameOf({ task, runId }: Lease): string {
  return `${task} of ${runId}`;
}
