import type { WorkerEvent } from './events.ts';

/** Describes what happened to the reports on disk. */
export function describeJournal(
  event: Extract<WorkerEvent, { type: 'pendingReport' | 'journalFault' }>,
): string {
  if (event.type === 'journalFault') return event.why;
  const { task, runId } = event.lease;
  return `${task} of ${runId}: ${pendingReports[event.delivery]}`;
}

const pendingReports = {
  reported: 'sent the report that an earlier worker could not send',
  lost: 'the report of an earlier worker came too late, so that attempt does not count',
  refused: 'the server refused the report of an earlier worker; it is kept in reports/refused',
} as const;
