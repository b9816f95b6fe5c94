import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type BegunSignIn, beginSignIn, takeSignIn } from '../../domain/access/begunSignIns.ts';
import { recordRefusedSignIn } from '../../domain/access/refusedSignIn.ts';
import type { SignedIn } from '../../domain/access/signedIn.ts';
import { recogniseSignIn } from '../../domain/access/signIn.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import { credentialsOf } from '../access/credentials.ts';
import { type CookiePlace, cookiePlaceOf } from '../access/sessionCookie.ts';
import type { HttpApp } from '../http/app.ts';
import { answerTooMany, countStart } from './attempts.ts';
import type { SignInRoutes } from './context.ts';
import { finishSignIn, ownPath } from './finishSignIn.ts';
import { formRoute, takeForms } from './forms.ts';
import { arrivalPage, departurePage } from './keptByPage.ts';
import { isOwnForm } from './ownForm.ts';
import { answerProblem, type SignInProblem } from './problemPage.ts';
import { readSignInCookie, writeSignInCookie } from './signInCookie.ts';
import { noSecret, notBegun, otherAddress, type SignInProblemError, tooLate } from './signInProblem.ts';

/** What signing in elsewhere works on. */
export type ElsewhereContext = Pick<SignInRoutes, 'store' | 'access' | 'config' | 'wrongKeys'>;

/** What a browser is sent away with. */
export interface Departure {
  redirectUri: string;
  state: string;
  nonce: string;
  /** The SHA-256 of the secret of PKCE. */
  challenge: string;
  /** Whether its user must prove anew who they are. */
  fresh: boolean;
}

/** What a browser comes back with. */
export interface Return {
  redirectUri: string;
  state: string;
  query: URLSearchParams;
  begun: BegunSignIn;
  log: FastifyRequest['log'];
}

/** Somewhere else where people prove who they are. */
export interface Elsewhere {
  /** Its address, for the record. */
  issuer: string;
  /** Gives the address that a browser is sent to. */
  urlFor(departure: Departure): URL | Promise<URL>;
  /** Asks there who has come back, and when they proved it, where that is known. */
  prove(back: Return): Promise<{ who: SignedIn; provedAt?: Date | undefined }>;
}

/** One way to sign in elsewhere, whether or not it is set up. */
export interface ElsewhereWay {
  kind: SignedIn['kind'];
  /** Where people sign in; undefined where nobody does. */
  place: Elsewhere | undefined;
  /** What is told where that is not set up. */
  notSetUp: SignInProblemError;
  /** Says how a failure is told, and what an admin reads in the log; undefined for what is none of a sign-in. */
  tell(error: unknown): (Omit<SignInProblem, 'again'> & { logged?: string | undefined }) | undefined;
}

const maxReturnTo = 2000;
const arrivalForm = z.object({ secret: z.string().max(200).catch('') });

/**
 * Adds `/sign-in/<kind>`, which sends a browser away to prove who its user is (with state, nonce and PKCE), and
 * `/sign-in/<kind>/callback`, which signs it in when it comes back, and only the browser that began. What goes wrong is
 * told by a page.
 */
export function addSignInElsewhere(
  app: HttpApp,
  context: ElsewhereContext,
  { kind, place: elsewhere, notSetUp, tell }: ElsewhereWay,
): void {
  const { store, access, config } = context;
  const startPath = `/sign-in/${kind}`;
  const callbackPath = `${startPath}/callback`;
  const redirectUri = `${config.publicUrl}${callbackPath}`;
  void app.register(async (scope) => {
    takeForms(scope);
    add(scope, 'GET', startPath, start);
    add(scope, 'GET', callbackPath, arrive);
    add(scope, 'POST', callbackPath, finishByPage);
  });

  function add(
    scope: HttpApp,
    method: 'GET' | 'POST',
    url: string,
    answer: (request: FastifyRequest, reply: FastifyReply, at: Elsewhere) => Promise<FastifyReply>,
  ): void {
    scope.route({
      ...(method === 'POST' ? formRoute : { schema: { hide: true } }),
      method,
      url,
      exposeHeadRoute: false,
      async handler(request, reply) {
        try {
          if (elsewhere === undefined) throw notSetUp;
          return await answer(request, reply, elsewhere);
        } catch (error) {
          return refuse(request, reply, error);
        }
      },
    });
  }

  async function start(request: FastifyRequest, reply: FastifyReply, at: Elsewhere): Promise<FastifyReply> {
    const place = placeOf(request);
    const reached = countStart(request, context);
    if (reached) return answerTooMany(reply, reached);
    const asked = queryOf(request);
    const fresh = asked.get('fresh') === '1';
    const wanted = ownPath(asked.get('return_to') ?? '/');
    const returnTo = wanted.length > maxReturnTo ? '/' : wanted;
    const [state, nonce, verifier] = [randomText(), randomText(), randomText()];
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const url = await at.urlFor({ redirectUri, state, nonce, challenge, fresh });
    const secret = await beginSignIn(store, { kind, state, nonce, verifier, returnTo, fresh });
    if (!place.isSecure) {
      const { page, headers } = departurePage(kind, secret, url.href);
      return reply.headers(headers).send(page);
    }
    const cookie = writeSignInCookie(place, kind, secret);
    return reply.code(303).header('set-cookie', cookie).header('location', url.href).send();
  }

  /** Where a cookie proves who began, it ends here; else the page has to say so. */
  async function arrive(request: FastifyRequest, reply: FastifyReply, at: Elsewhere): Promise<FastifyReply> {
    const place = placeOf(request);
    if (place.isSecure) return finish(request, reply, at, readSignInCookie(request, place, kind));
    const { page, headers } = arrivalPage(kind);
    return reply.headers(headers).send(page);
  }

  async function finishByPage(
    request: FastifyRequest,
    reply: FastifyReply,
    at: Elsewhere,
  ): Promise<FastifyReply> {
    if (placeOf(request).isSecure || !isOwnForm(request.headers, config.publicUrl)) throw notBegun();
    return finish(request, reply, at, arrivalForm.parse(request.body ?? {}).secret);
  }

  async function finish(
    request: FastifyRequest,
    reply: FastifyReply,
    at: Elsewhere,
    secret: string | undefined,
  ): Promise<FastifyReply> {
    const place = placeOf(request);
    const query = queryOf(request);
    const state = query.get('state') ?? '';
    if (!secret) throw noSecret();
    const begun = isRandomText(state) ? await takeSignIn(store, { kind, secret, state }) : undefined;
    if (begun === undefined) throw notBegun();
    if (place.isSecure) reply.header('set-cookie', writeSignInCookie(place, kind, ''));
    if (begun.isExpired) throw tooLate();
    const { who, provedAt } = await at.prove({ redirectUri, state, query, begun, log: request.log });
    const found = await recogniseSignIn(store, { ...who, address: addressOf(request) });
    const { person, principal, label: id } = found;
    // What the account brings now counts at once, in what is open too.
    await store.onKeysChanged?.();
    return finishSignIn(request, reply, context, {
      owner: { person, principal },
      proof: kind,
      viewer: { id, kind: 'person', person },
      provedAt,
      returnTo: begun.returnTo,
    });
  }

  /** Says which cookie belongs here. @throws SignInProblemError where the browser uses another name than people do */
  function placeOf(request: FastifyRequest): CookiePlace {
    const place = cookiePlaceOf(config, credentialsOf(request.raw));
    const name = config.publicUrl === undefined ? undefined : new URL(config.publicUrl).host;
    if (place === undefined || request.headers.host?.toLowerCase() !== name)
      throw otherAddress(config.publicUrl);
    return place;
  }

  function addressOf(request: FastifyRequest): string | undefined {
    return access.addressOf(credentialsOf(request.raw));
  }

  async function refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
    const told = tell(error);
    if (told === undefined) throw error;
    const { status, title, text, logged } = told;
    if (logged !== undefined) request.log.warn({ why: logged }, `Nobody could sign in: ${title}`);
    const isBack = request.routeOptions.url === callbackPath;
    // Whom the server knows and refuses is on record already.
    if (elsewhere !== undefined && isBack && !(error instanceof SignInRefusedError))
      await recordRefusedSignIn(
        store.db,
        { kind, issuer: elsewhere.issuer, address: addressOf(request) },
        text,
      );
    const asked = isBack ? '' : `?${queryOf(request)}`;
    const again = elsewhere === undefined ? undefined : `${config.publicUrl}${startPath}${asked}`;
    return answerProblem(reply, { status, title, text, again });
  }
}

/** 256 random bits, as state, nonce and the secret of PKCE. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}

/** Says whether a text could be one; nothing else is worth a look. */
function isRandomText(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at));
}
