import { post } from '../post.ts';
import { headersOf, type OpenWebhook } from '../sender.ts';

/** Posts what a service makes a mail of: the payload of seed.md. */
export const open: OpenWebhook<'email_webhook'> =
  ({ EMAIL_WEBHOOK: url }, outbound) =>
  (notice, signal) =>
    post(outbound, url, JSON.stringify(notice.message.email), headersOf(notice), signal);
