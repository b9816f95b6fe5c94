import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Quota, refusalHeaders } from '../../contract/quota.ts';
import { credentialsOf } from '../access/credentials.ts';
import { guessSources, startSources } from '../access/guessSources.ts';
import { pageHeaders } from '../approvals/document.ts';
import type { SignInRoutes } from './context.ts';
import { writeMessagePage } from './page.ts';

type Counting = Pick<SignInRoutes, 'access' | 'wrongKeys'>;

/**
 * Counts a sign-in that begins, by the network that it comes from and for all servers together; gives the limit where too
 * many have begun in a minute, which `answerTooMany` answers with.
 */
export function countStart(request: FastifyRequest, { access, wrongKeys }: Counting): Quota | undefined {
  const sources = startSources(access.addressOf(credentialsOf(request.raw)));
  const reached = wrongKeys.reached(sources);
  if (reached === undefined) wrongKeys.count(sources);
  return reached;
}

/** Counts a sign-in that failed, as wrong keys are counted, and logs it. */
export function noteFailedSignIn(request: FastifyRequest, { access, wrongKeys }: Counting): void {
  const address = access.addressOf(credentialsOf(request.raw));
  wrongKeys.note(guessSources(address, []), { address, path: request.url.split('?', 1)[0] ?? '' });
}

/** Says whether too many sign-ins have failed where a request comes from. */
export function failuresReached(request: FastifyRequest, { access, wrongKeys }: Counting): Quota | undefined {
  return wrongKeys.reached(guessSources(access.addressOf(credentialsOf(request.raw)), []));
}

/** Answers somebody with a page that says when to try again. */
export function answerTooMany(reply: FastifyReply, quota: Quota): FastifyReply {
  const page = writeMessagePage(
    'Too many attempts',
    `Too many sign-ins came from your network. Try again in ${quota.resetSeconds ?? 60} s.`,
  );
  return reply
    .code(429)
    .headers({ ...pageHeaders, ...refusalHeaders(quota) })
    .send(page);
}
