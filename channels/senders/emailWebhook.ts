import { post } from '../post.ts';
import { headersOf, type OpenWebhook } from '../sender.ts';

/** Posts the fields from which a service makes a mail. */
export const open: OpenWebhook<'email_webhook'> =
  ({ EMAIL_WEBHOOK: url }, outbound) =>
  (notice, signal) =>
    post(outbound, url, JSON.stringify(notice.message.email), headersOf(notice), signal);
