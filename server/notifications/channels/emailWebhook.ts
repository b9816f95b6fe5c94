import { post } from './post.ts';
import { deliveryHeader, type SenderMaker } from './sender.ts';

/** Posts what a service makes a mail of: the payload of seed.md. */
export const emailWebhook: SenderMaker = ({ emailWebhook: url }, outbound) =>
  url === undefined
    ? undefined
    : ({ id, message }, signal) =>
        post(outbound, url, JSON.stringify(message.email), { [deliveryHeader]: id }, signal);
