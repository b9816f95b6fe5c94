import { OutboundRefusedError } from '../../channels/outbound/guard.ts';

/** Sends a request; `fetch` or what guards it. */
export type Send = (url: string, request: RequestInit) => Promise<Response>;

/** Says why a request got no answer. */
export function tellUnreached(error: unknown): string {
  if (!(error instanceof Error)) return 'GitHub could not be reached';
  if (error.name === 'TimeoutError') return 'GitHub did not answer within 10 s';
  const refused = [error, error.cause].find((one) => one instanceof OutboundRefusedError);
  return refused ? `GITHUB_API_URL ${refused.message}` : 'GitHub could not be reached';
}
