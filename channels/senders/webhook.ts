import { Webhook } from 'standardwebhooks';
import { post } from '../post.ts';
import { headersOf, type OpenSender } from '../sender.ts';

/** Posts to any receiver, signed as the Standard Webhooks specification says; the signature covers id, time and body. */
export const open: OpenSender<'webhook'> = (
  { NOTIFY_WEBHOOK_URL: url, NOTIFY_WEBHOOK_SECRET: secret },
  outbound,
) => {
  const signer = new Webhook(secret);
  return (outgoing, signal) => {
    const { id, message } = outgoing;
    const now = new Date();
    const body = JSON.stringify({
      type: message.type,
      timestamp: now.toISOString(),
      data: message.data,
    });
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signer.sign(id, now, body),
      ...headersOf(outgoing),
    };
    return post(outbound, url, body, headers, signal);
  };
};
