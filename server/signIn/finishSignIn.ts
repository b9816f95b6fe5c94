import type { FastifyReply, FastifyRequest } from 'fastify';
import { makeKeyText } from '../../contract/keyText.ts';
import { pageSecretName } from '../../contract/protocol.ts';
import { openSession, type SessionStart } from '../../domain/access/sessions.ts';
import type { Store } from '../../domain/store.ts';
import type { Access } from '../access/access.ts';
import type { AccessConfig } from '../access/accessConfig.ts';
import { credentialsOf } from '../access/credentials.ts';
import { type CookiePlace, cookiePlaceOf, tokenIn, writeCookie } from '../access/sessionCookie.ts';
import { document, pageHeaders } from '../approvals/document.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import { scriptText } from './scriptText.ts';

/** What pages that sign people in work on. */
export interface SignInContext {
  store: Store;
  access: Access;
  config: Pick<AccessConfig, 'host' | 'publicUrl'>;
}

/** Who has proved who they are. */
export type ProvedSignIn = Pick<SessionStart, 'owner' | 'proof' | 'viewer' | 'provedAt'>;

/**
 * Signs this browser in: a new token in the cookie, and off to where its user wanted to go. Where the cookie alone proves
 * nothing, a page in between keeps the secret for its origin.
 * @throws Error where no cookie may be given; see `cookiePlaceOf`
 */
export async function finishSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, access, config }: SignInContext,
  { returnTo, ...proved }: ProvedSignIn & { returnTo: string },
): Promise<FastifyReply> {
  const credentials = credentialsOf(request.raw);
  const place = cookiePlaceOf(config, credentials);
  if (place === undefined) throw new Error('No browser may be signed in where it has no place for a cookie.');
  const pageSecret = place.isSecure ? undefined : makeKeyText();
  const address = access.addressOf(credentials);
  const agent = request.headers['user-agent'];
  const { token } = await openSession(store, {
    ...proved,
    client: 'browser',
    pageSecret,
    address,
    agent,
    replaces: tokenIn(request.headers, place),
    via: 'page',
  });
  return answerSignedIn(
    reply.header('set-cookie', writeCookie(place, token)),
    place,
    ownPath(returnTo),
    pageSecret,
  );
}

function answerSignedIn(
  reply: FastifyReply,
  { isSecure }: CookiePlace,
  returnTo: string,
  pageSecret: string | undefined,
): FastifyReply {
  if (isSecure || pageSecret === undefined)
    return reply.code(303).headers(pageHeaders).header('location', returnTo).send();
  const script = `localStorage.setItem(${scriptText(pageSecretName)}, ${scriptText(pageSecret)}); location.replace(${scriptText(returnTo)});`;
  const page = document('Signed in', `<p>You are signed in.</p>\n<script>${script}</script>`);
  const policy = writePolicy({
    'style-src': inlineSources(page, 'style'),
    'script-src': inlineSources(page, 'script'),
    'img-src': 'data:',
  });
  return reply.headers({ ...pageHeaders, 'content-security-policy': policy }).send(page);
}

/** Where somebody goes on who has signed in: a path of this server, and nowhere else. */
export function ownPath(text: string): string {
  const base = 'http://nightshift.invalid';
  const url = URL.canParse(text, base) && text.startsWith('/') ? new URL(text, base) : undefined;
  const path = url?.origin === base ? `${url.pathname}${url.search}${url.hash}` : '/';
  // A browser takes what begins with two slashes for the name of another server.
  return path.startsWith('//') ? '/' : path;
}
