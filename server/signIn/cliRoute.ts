import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { challengePattern, shownCode } from '../../contract/pkce.ts';
import { makeCliCode, redeemCliCode } from '../../domain/access/cliCodes.ts';
import { endSession } from '../../domain/access/sessions.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import type { Access } from '../access/access.ts';
import { credentialsOf } from '../access/credentials.ts';
import { ForbiddenError, UnauthenticatedError } from '../access/errors.ts';
import type { HttpApp } from '../http/app.ts';
import { cliPageHeaders, writeCliPage, writeWrongCliPage } from './cliPage.ts';

const challenge = z.string().regex(challengePattern, 'expected the SHA-256 of a verifier in base64url');
const state = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/, 'expected 16 to 128 letters, digits, "-" or "_"');
/** The code goes to a program of the browser's own computer, and nowhere else. */
const port = z.coerce.number().int().min(1024).max(65535);

const codeBody = z.object({ port, challenge, state });
const tokenBody = z.object({
  code: z.string().min(1).max(128),
  verifier: z.string().min(43).max(128),
});

/** What signing in command lines works on. */
export interface CliSignInContext {
  store: Store;
  access: Access;
}

/**
 * `/sign-in/cli`: a page of the signed-in browser lets a command line of its computer act as its user. The page gets a code
 * for one use, and hands it to the command line, which gets its token with the verifier that it has kept.
 */
export function addCliSignIn(app: HttpApp, { store, access }: CliSignInContext): void {
  app.route({
    method: 'GET',
    url: '/sign-in/cli',
    schema: { hide: true },
    handler(request, reply) {
      const wanted = codeBody.safeParse(request.query);
      reply.headers(cliPageHeaders);
      if (!wanted.success) return reply.code(400).send(writeWrongCliPage());
      return reply.send(writeCliPage(shownCode(wanted.data.challenge)));
    },
  });
  app.route({
    method: 'POST',
    url: '/sign-in/cli/viewer',
    config: { bodies: 'strangers' },
    schema: { hide: true },
    handler: (request) => ({ viewer: browserOf(request.raw).id }),
  });
  app.route({
    method: 'POST',
    url: '/sign-in/cli/code',
    config: { bodies: 'strangers' },
    schema: { hide: true, body: codeBody },
    async handler(request) {
      const { port: to, challenge: of, state: given } = request.body;
      const viewer = browserOf(request.raw);
      const code = await refusing(() => makeCliCode(store, viewer, of));
      return { location: `http://127.0.0.1:${to}/?${new URLSearchParams({ code, state: given })}` };
    },
  });
  app.route({
    method: 'POST',
    url: '/sign-in/cli/token',
    config: { bodies: 'strangers' },
    schema: { hide: true, body: tokenBody },
    async handler(request) {
      const address = access.addressOf(credentialsOf(request.raw));
      const agent = request.headers['user-agent'];
      const { token, viewer, expiresAt } = await refusing(() =>
        redeemCliCode(store, { ...request.body, address, agent }),
      );
      return { token, viewer, expires_at: expiresAt };
    },
  });
  app.route({
    method: 'DELETE',
    url: '/sign-in/cli/token',
    schema: { hide: true },
    async handler(request, reply) {
      const viewer = access.authenticate(credentialsOf(request.raw));
      if (viewer.session?.client === 'cli') await endSession(store, viewer, 'cli');
      // Of a token that works no more nothing is left to do.
      return reply.code(204).send();
    },
  });

  /** Who is signed in in the browser that asks. @throws UnauthenticatedError, ForbiddenError */
  function browserOf(request: IncomingMessage): Viewer {
    const viewer = access.authenticate(credentialsOf(request));
    if (viewer.session?.client === 'browser') return viewer;
    if (viewer.kind === 'anonymous') throw new UnauthenticatedError('Sign in in this browser first.');
    throw new ForbiddenError(
      `${viewer.id} is not signed in by this server, which alone lets a command line in. Use a key: set API_KEY.`,
    );
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof SignInRefusedError ? new ForbiddenError(error.message) : error;
  }
}
