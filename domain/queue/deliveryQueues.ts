import { type ChannelName, channelNames } from '../../contract/words/notifications.ts';
import type { NewWork } from '../changes/newWork.ts';

/** What is woken when there is something to send. */
export const deliveryScope = 'deliveries';

/** By this those who send are woken. */
export const newDeliveries: readonly NewWork[] = [{ scope: deliveryScope, labels: [], count: 1 }];

/** The queue in which a job stands for each try that is to be made on a channel: none stands in line behind another's. */

export function deliveryQueueOf(channel: ChannelName): string {
  return `${deliveryScope}.${channel}`;
}

/** The queues of all channels, also of those that are not configured any more. */
export const deliveryQueues: readonly string[] = channelNames.map(deliveryQueueOf);
