import type { WorkerEvent } from './events.ts';
import { type SendSetting, sendReport } from './sendReport.ts';

/** Sends the reports that earlier processes on this machine could not send; gives the leases that these were about. */
export async function sendPendingReports(
  setting: SendSetting,
  observe: (event: WorkerEvent) => void,
): Promise<ReadonlySet<string>> {
  const reported = new Set<string>();
  for (const kept of setting.journal.pending()) {
    if (setting.signal.aborted) break;
    reported.add(kept.lease.leaseId);
    const delivery = await sendReport(kept, setting);
    if (delivery.type === 'kept') continue;
    const isRefused = delivery.type === 'reported' && delivery.refused !== undefined;
    observe({ type: 'pendingReport', lease: kept.lease, delivery: isRefused ? 'refused' : delivery.type });
  }
  await setting.journal.settled();
  return reported;
}
