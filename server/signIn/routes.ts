import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { sessionHeader } from '../../contract/protocol.ts';
import { endAllSessions } from '../../domain/access/endSessions.ts';
import { ownSessions } from '../../domain/access/session.ts';
import { endSession } from '../../domain/access/sessions.ts';
import { takeUpCode } from '../../domain/access/signInCodes.ts';
import { sharedViewers } from '../access/access.ts';
import { credentialsOf } from '../access/credentials.ts';
import { ForbiddenError } from '../access/errors.ts';
import { cookiePlaceOf, writeCookie } from '../access/sessionCookie.ts';
import type { HttpApp } from '../http/app.ts';
import { adviceOf } from './advice.ts';
import { answerTooMany, failuresReached, noteFailedSignIn } from './attempts.ts';
import type { SignInRoutes } from './context.ts';
import { finishSignIn, ownPath } from './finishSignIn.ts';
import { formRoute, takeForms } from './forms.ts';
import { proveByKey } from './keySignIn.ts';
import { isOwnForm } from './ownForm.ts';
import { headersOf, type SignInPage, writeCodePage, writeMessagePage, writeSignInPage } from './page.ts';

/** Adds the pages by which a browser is signed in and out. Ways that begin elsewhere add their own routes, and a button. */
export function addSignIn(app: HttpApp, context: SignInRoutes): void {
  void app.register(async (scope) => {
    takeForms(scope);
    const hidden = { schema: { hide: true } };
    scope.get('/sign-in', hidden, async (request, reply) => show(request, reply, context));
    scope.post('/sign-in/key', formRoute, async (request, reply) => signInByKey(request, reply, context));
    scope.get('/sign-in/code', hidden, async (_request, reply) => {
      const page = writeCodePage();
      return reply.headers(headersOf(page)).send(page);
    });
    scope.post('/sign-in/code', formRoute, async (request, reply) => signInByCode(request, reply, context));
    scope.post('/sign-out', formRoute, async (request, reply) => signOut(request, reply, context));
  });
}

function show(
  request: FastifyRequest,
  reply: FastifyReply,
  { config, ways }: SignInRoutes,
  { status = 200, headers = {}, ...more }: Partial<SignInPage> & Answered = {},
): FastifyReply {
  const { return_to: returnTo } = queryOf.parse(request.query);
  const advice = adviceOf(config, credentialsOf(request.raw));
  const page = writeSignInPage({ ways, returnTo: ownPath(returnTo), advice, ...more });
  return reply
    .code(status)
    .headers({ ...headersOf(page), ...headers })
    .send(page);
}

interface Answered {
  status?: number;
  headers?: Record<string, string>;
}

const returnPath = z.string().max(2000).catch('/');
const queryOf = z.object({ return_to: returnPath.default('/') });
const keyForm = z.object({ key: z.string().trim().min(1).max(1000), return_to: returnPath.default('/') });
const codeForm = z.object({ code: z.string().min(1).max(100) });

async function signInByKey(
  request: FastifyRequest,
  reply: FastifyReply,
  context: SignInRoutes,
): Promise<FastifyReply> {
  const { config } = context;
  if (!isOwnForm(request.headers, config.publicUrl)) return answerStrange(reply);
  if (adviceOf(config, credentialsOf(request.raw))) return show(request, reply, context, { status: 403 });
  const form = keyForm.safeParse(request.body ?? {});
  if (!form.success) return show(request, reply, context, { status: 422, problem: 'Enter a key.' });
  const { key, return_to: returnTo } = form.data;
  const proved = await proveByKey(request, key, context);
  if ('problem' in proved) return show(request, reply, context, { ...proved, returnTo: ownPath(returnTo) });
  return finishSignIn(request, reply, context, { ...proved, returnTo });
}

/** The code counts once, and only in a form that a person has sent: whatever opens the link by itself uses up nothing. */
async function signInByCode(
  request: FastifyRequest,
  reply: FastifyReply,
  context: SignInRoutes,
): Promise<FastifyReply> {
  const { config, store } = context;
  if (!isOwnForm(request.headers, config.publicUrl)) return answerStrange(reply);
  if (adviceOf(config, credentialsOf(request.raw))) return show(request, reply, context, { status: 403 });
  const form = codeForm.safeParse(request.body ?? {});
  if (form.success && (await takeUpCode(store.db, form.data.code))) {
    const { local } = sharedViewers;
    const proved = { owner: { shared: 'local' }, proof: local.proof, viewer: local } as const;
    return finishSignIn(request, reply, context, { ...proved, returnTo: '/' });
  }
  const reached = failuresReached(request, context);
  if (reached) return answerTooMany(reply, reached);
  noteFailedSignIn(request, context);
  return answerPage(
    reply,
    403,
    'This link no longer works',
    'It works once, and for ten minutes. Start nightshift up again for a new one, or sign in with the key that nightshift key prints.',
  );
}

/** Ends the session of a request, or all of its owner. Without what a page's script sends, no cookie counts here. */
async function signOut(
  request: FastifyRequest,
  reply: FastifyReply,
  { access, store, config }: SignInRoutes,
): Promise<FastifyReply> {
  const credentials = credentialsOf(request.raw);
  const viewer = access.authenticate(credentials);
  if (viewer.session === undefined && request.headers[sessionHeader] === undefined)
    throw new ForbiddenError('Only who is signed in can sign out: open /sign-in.');
  const { everywhere } = (request.body ?? {}) as { everywhere?: string };
  const own = everywhere === 'yes' && viewer.session !== undefined ? ownSessions(viewer) : undefined;
  if (own) await endAllSessions(store, viewer, own, 'page');
  else await endSession(store, viewer, 'page');
  const place = cookiePlaceOf(config, credentials);
  if (place) reply.header('set-cookie', writeCookie(place, ''));
  return reply.code(204).send();
}

function answerStrange(reply: FastifyReply): FastifyReply {
  return answerPage(
    reply,
    403,
    'Sign in',
    'The form came from elsewhere. Open /sign-in, and send it from there.',
  );
}

function answerPage(reply: FastifyReply, status: number, title: string, text: string): FastifyReply {
  const page = writeMessagePage(title, text);
  return reply.code(status).headers(headersOf(page)).send(page);
}
