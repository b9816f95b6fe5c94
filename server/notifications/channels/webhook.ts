import { Webhook } from 'standardwebhooks';
import { post } from './post.ts';
import { deliveryHeader, type SenderMaker } from './sender.ts';

/** Posts to any receiver, signed as the Standard Webhooks specification says; the signature covers id, time and body. */
export const webhook: SenderMaker = ({ webhook: config }, outbound) => {
  if (config === undefined) return undefined;
  const signer = new Webhook(config.secret);
  return ({ id, message: { type, data } }, signal) => {
    const now = new Date();
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signer.sign(id, now, body),
      [deliveryHeader]: id,
    };
    return post(outbound, config.url, body, headers, signal);
  };
};
