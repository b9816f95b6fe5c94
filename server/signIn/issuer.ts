import type { FastifyReply, FastifyRequest } from 'fastify';
import { beginSignIn, signInMs, takeSignIn } from '../../domain/access/begunSignIns.ts';
import { recogniseSignIn } from '../../domain/access/signIn.ts';
import { recordDecision } from '../../domain/audit/audit.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import { credentialsOf } from '../access/credentials.ts';
import type { Issuer } from '../access/issuer.ts';
import { type CookiePlace, cookiePlaceOf } from '../access/sessionCookie.ts';
import type { HttpApp } from '../http/app.ts';
import { answerTooMany, countStart } from './attempts.ts';
import type { SignInRoutes } from './context.ts';
import { finishSignIn, ownPath } from './finishSignIn.ts';
import { askIssuer, whoOf } from './issuerAnswer.ts';
import { SignInProblemError, tellFailure } from './issuerProblems.ts';
import { answerProblem } from './problemPage.ts';
import { readSignInCookie, writeSignInCookie } from './signInCookie.ts';

/** What signing in by the issuer works on. */
type IssuerContext = Pick<SignInRoutes, 'store' | 'access' | 'config' | 'wrongKeys'>;

const startPath = '/sign-in/issuer';
const callbackPath = `${startPath}/callback`;
const maxReturnTo = 2000;

/**
 * `/sign-in/issuer` sends a browser to the OpenID issuer (authorization code with PKCE, state and nonce), and
 * `/sign-in/issuer/callback` signs it in when it comes back from there. What goes wrong is told by a page.
 */
export function addIssuerSignIn(app: HttpApp, context: IssuerContext, issuer: Issuer | undefined): void {
  const { store, access, config } = context;
  add(startPath, start);
  add(callbackPath, finish);

  function add(
    url: string,
    answer: (request: FastifyRequest, reply: FastifyReply, issuer: Issuer) => Promise<FastifyReply>,
  ): void {
    app.route({
      method: 'GET',
      url,
      exposeHeadRoute: false,
      schema: { hide: true },
      async handler(request, reply) {
        try {
          if (issuer === undefined) throw noIssuer;
          return await answer(request, reply, issuer);
        } catch (error) {
          return tell(request, reply, error);
        }
      },
    });
  }

  async function start(request: FastifyRequest, reply: FastifyReply, { open, config: { scopes } }: Issuer) {
    const place = placeOf(request);
    const reached = countStart(request, context);
    if (reached) return answerTooMany(reply, reached);
    const asked = queryOf(request);
    const fresh = asked.get('fresh') === '1';
    const [client, configuration] = [await import('openid-client'), await open()];
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const verifier = client.randomPKCECodeVerifier();
    const wanted = ownPath(asked.get('return_to') ?? '/');
    const returnTo = wanted.length > maxReturnTo ? '/' : wanted;
    const secret = await beginSignIn(store, { kind: 'issuer', state, nonce, verifier, returnTo, fresh });
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: `${config.publicUrl}${callbackPath}`,
      scope: scopes,
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(fresh ? { max_age: '0', prompt: 'login' } : {}),
    });
    const cookie = writeSignInCookie(place, 'issuer', secret);
    return reply.code(303).header('set-cookie', cookie).header('location', url.href).send();
  }

  async function finish(request: FastifyRequest, reply: FastifyReply, from: Issuer) {
    const place = placeOf(request);
    const query = queryOf(request);
    const [state, secret] = [query.get('state') ?? '', readSignInCookie(request, place, 'issuer')];
    if (!secret) throw noCookie;
    const isState = /^[\w-]{1,128}$/.test(state);
    const begun = isState ? await takeSignIn(store, { kind: 'issuer', secret, state }) : undefined;
    if (begun === undefined) throw notBegun;
    reply.header('set-cookie', writeSignInCookie(place, 'issuer', ''));
    if (begun.isExpired) throw tooLate;
    // What the request says of its own host is not asked: the address must be the one that the issuer was told.
    const url = new URL(`${config.publicUrl}${callbackPath}`);
    url.search = query.toString();
    const { claims, provedAt } = await askIssuer(from, { url, state, begun });
    const who = { ...whoOf(claims, from.config), address: addressOf(request) };
    const { person, principal, label: id } = await recogniseSignIn(store, who);
    return finishSignIn(request, reply, context, {
      owner: { person, principal },
      proof: 'issuer',
      viewer: { id, kind: 'person', person },
      provedAt,
      returnTo: begun.returnTo,
    });
  }

  /** Says which cookie belongs here. @throws SignInProblemError where the browser uses another name than people do */
  function placeOf(request: FastifyRequest): CookiePlace {
    const place = cookiePlaceOf(config, credentialsOf(request.raw));
    const name = config.publicUrl === undefined ? undefined : new URL(config.publicUrl).host;
    if (place !== undefined && request.headers.host?.toLowerCase() === name) return place;
    throw new SignInProblemError(
      400,
      'Open Nightshift by its own address',
      `You can sign in at ${config.publicUrl} only. If you have opened that, its proxy does not pass on the Host header: an admin must set that up.`,
    );
  }

  function addressOf(request: FastifyRequest): string | undefined {
    return access.addressOf(credentialsOf(request.raw));
  }

  async function tell(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
    const told = tellFailure(error);
    if (told === undefined) throw error;
    const { status, title, text, logged } = told;
    if (logged !== undefined) request.log.warn({ why: logged }, `Nobody could sign in: ${title}`);
    // Whom the server knows and refuses is on record already.
    const isBack = request.routeOptions.url === callbackPath;
    if (issuer !== undefined && isBack && !(error instanceof SignInRefusedError))
      await recordDecision(store.db, {
        action: 'sign_in',
        outcome: 'refused',
        refusal: text,
        viewer: 'anonymous',
        viewerKind: 'anonymous',
        proof: 'issuer',
        via: 'page',
        subject: issuer.config.issuer,
        address: addressOf(request),
      });
    const asked = isBack ? '' : `?${queryOf(request)}`;
    const again = issuer === undefined ? undefined : `${config.publicUrl}${startPath}${asked}`;
    return answerProblem(reply, { status, title, text, again });
  }
}

const noIssuer = new SignInProblemError(
  404,
  'No issuer is set up',
  'This server has no OpenID issuer to sign in with. An admin can set one up: OIDC_ISSUER.',
);
const noCookie = new SignInProblemError(
  403,
  'This browser has not begun to sign in',
  'The sign-in was begun in another browser, or this one keeps no cookies. Sign in again, and allow cookies for this address.',
);
const notBegun = new SignInProblemError(
  403,
  'This sign-in is over',
  'It was used already, or was begun in another browser or another tab. Sign in again.',
);
const tooLate = new SignInProblemError(
  403,
  'This sign-in took too long',
  `You have ${signInMs / 60_000} minutes to sign in. Sign in again.`,
);

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at));
}
