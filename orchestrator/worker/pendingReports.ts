import type { WorkerEvent } from './events.ts';
import { type SendSetting, sendReport } from './sendReport.ts';

/** Sends the reports that earlier processes on this machine could not send. */
export async function sendPendingReports(
  setting: SendSetting,
  observe: (event: WorkerEvent) => void,
): Promise<void> {
  for (const kept of setting.journal.pending()) {
    if (setting.signal.aborted) return;
    const delivery = await sendReport(kept, setting);
    if (delivery.type === 'kept') continue;
    const isRefused = delivery.type === 'reported' && delivery.refused !== undefined;
    observe({ type: 'pendingReport', lease: kept.lease, delivery: isRefused ? 'refused' : delivery.type });
  }
}
