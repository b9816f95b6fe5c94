import type { WorkerEvent } from './events.ts';
import { type SendSetting, sendReport } from './sendReport.ts';

/** Sends the reports that processes which are gone have left on this machine. */
export async function sendLeftReports(
  setting: SendSetting,
  observe: (event: WorkerEvent) => void,
): Promise<void> {
  for (const kept of setting.journal.left()) {
    if (setting.signal.aborted) return;
    const delivery = await sendReport(kept, setting);
    if (delivery.type === 'kept') continue;
    const isRefused = delivery.type === 'reported' && delivery.refused !== undefined;
    observe({ type: 'leftReport', lease: kept.lease, delivery: isRefused ? 'refused' : delivery.type });
  }
}
