import type { WorkerEvent } from './events.ts';

/** Says what there is to say of the reports on disk. */
export function describeJournal(
  event: Extract<WorkerEvent, { type: 'pendingReport' | 'journalFault' }>,
): string {
  if (event.type === 'journalFault') return event.why;
  const { task, runId } = event.lease;
  return `${task} of ${runId}: ${pendingReports[event.delivery]}`;
}

const pendingReports = {
  reported: 'its report, left by an earlier worker, was sent now',
  lost: 'an earlier worker left its report too late, so that attempt does not count',
  refused: 'the server refused its report, left by an earlier worker; it is kept in reports/refused',
} as const;
