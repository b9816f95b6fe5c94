import type { Transporter } from 'nodemailer';
import { lazily } from '../../contract/lazily.ts';
import type { SendOutcome } from '../../contract/notifications/delivery.ts';
import { OutboundRefusedError } from '../outbound/guard.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { explain } from '../post.ts';
import { headersOf, type OpenSender } from '../sender.ts';
import { writeMail } from '../writeMail.ts';

/** Sends mails by a mail server. Their `Message-ID` is made of the delivery's id, the same with every try. */
export const open: OpenSender<'smtp'> = ({ SMTP_URL: url, SMTP_FROM: from }, outbound) => {
  const transport = lazily(() => openTransport(url, outbound));
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? 'nightshift';
  return async (outgoing, signal) => {
    const { id, recipient, message } = outgoing;
    try {
      const mail = await transport();
      const sent = await mail.sendMail({
        from,
        to: recipient ?? '',
        ...writeMail(message),
        messageId: `<${id}@${domain}>`,
        headers: { ...headersOf(outgoing), 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
      });
      return { accepted: true, ...statusOf(sent.response) };
    } catch (error) {
      return signal.aborted ? { accepted: false, ...explain(signal.reason) } : refusal(error);
    }
  };
};

/** Waits for any single answer of the mail server; the whole has its own limit. */
const timeoutMs = 10_000;

async function openTransport(url: string, outbound: Outbound): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { hostname, port, protocol } = new URL(url);
  const target = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'smtps:' ? 465 : 587),
  };
  return createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    getSocket(_options: unknown, callback: (error: Error | null, socket?: object) => void) {
      outbound.connect(target.host, target.port, AbortSignal.timeout(timeoutMs)).then(
        (connection) => callback(null, { connection }),
        (error: Error) => callback(error),
      );
    },
  });
}

/** The texts of answers may hold addresses of people and servers; their codes do not. */
function refusal(error: unknown): SendOutcome {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  if (responseCode === undefined || error instanceof OutboundRefusedError) {
    const unusable = code === 'EAUTH' || code === 'EENVELOPE';
    if (unusable) return { accepted: false, error: `could not be sent (${code})`, final: true };
    return { accepted: false, ...explain(error) };
  }
  const kind = code === undefined ? '' : ` (${code})`;
  return {
    accepted: false,
    error: `answered ${responseCode}${kind}`,
    statusCode: responseCode,
    final: responseCode >= 500,
  };
}

function statusOf(response: unknown): { statusCode?: number } {
  const code = Number(/^\d{3}/.exec(String(response))?.[0]);
  return code ? { statusCode: code } : {};
}
