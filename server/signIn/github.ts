import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { githubAddressOf } from '../../contract/pulls/pullLinks.ts';
import { beginSignIn, takeSignIn } from '../../domain/access/begunSignIns.ts';
import { recordRefusedSignIn } from '../../domain/access/refusedSignIn.ts';
import { recogniseSignIn, type SignedIn } from '../../domain/access/signIn.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import type { GithubUsers } from '../../domain/input/people.ts';
import { credentialsOf } from '../access/credentials.ts';
import { type CookiePlace, cookiePlaceOf } from '../access/sessionCookie.ts';
import type { HttpApp } from '../http/app.ts';
import { answerTooMany, countStart } from './attempts.ts';
import type { SignInRoutes } from './context.ts';
import { finishSignIn, ownPath, type SignInContext } from './finishSignIn.ts';
import { dropToken, exchangeCode, type GithubSignInAt, grantsOf, readAccount } from './githubAccount.ts';
import {
  deniedBy,
  noCookie,
  noGithub,
  notBegun,
  otherAddress,
  tellGithubFailure,
  tooLate,
} from './githubProblems.ts';
import { answerProblem } from './problemPage.ts';
import { readSignInCookie, writeSignInCookie } from './signInCookie.ts';

/** How people sign in by GitHub. */
export interface GithubSignInParts extends GithubSignInAt {
  /** Whom logins stand for by the settings. */
  mapped: GithubUsers;
}

const startPath = '/sign-in/github';
const callbackPath = `${startPath}/callback`;
const maxReturnTo = 2000;

/**
 * `/sign-in/github` sends a browser to GitHub (a GitHub App, with state and PKCE), and `/sign-in/github/callback` signs it
 * in when it comes back from there. What goes wrong is told by a page.
 */
export function addGithubSignIn(
  app: HttpApp,
  context: SignInContext & Pick<SignInRoutes, 'wrongKeys'>,
  github: GithubSignInParts | undefined,
): void {
  const { store, access, config } = context;
  const hasOrganisations = (github?.roles.length ?? 0) > 0;
  add(startPath, start);
  add(callbackPath, finish);

  function add(
    url: string,
    answer: (request: FastifyRequest, reply: FastifyReply, from: GithubSignInParts) => Promise<FastifyReply>,
  ): void {
    app.route({
      method: 'GET',
      url,
      exposeHeadRoute: false,
      schema: { hide: true },
      async handler(request, reply) {
        try {
          if (github === undefined) throw noGithub();
          return await answer(request, reply, github);
        } catch (error) {
          return tell(request, reply, error);
        }
      },
    });
  }

  async function start(
    request: FastifyRequest,
    reply: FastifyReply,
    { clientId, apiUrl }: GithubSignInParts,
  ) {
    const place = placeOf(request);
    const reached = countStart(request, context);
    if (reached) return answerTooMany(reply, reached);
    const wanted = ownPath(queryOf(request).get('return_to') ?? '/');
    const returnTo = wanted.length > maxReturnTo ? '/' : wanted;
    const [state, verifier] = [randomText(), randomText()];
    const secret = await beginSignIn(store, { kind: 'github', state, verifier, returnTo });
    const url = new URL(`${githubAddressOf(apiUrl)}/login/oauth/authorize`);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: `${config.publicUrl}${callbackPath}`,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    const cookie = writeSignInCookie(place, 'github', secret);
    return reply.code(303).header('set-cookie', cookie).header('location', url.href).send();
  }

  async function finish(request: FastifyRequest, reply: FastifyReply, from: GithubSignInParts) {
    const place = placeOf(request);
    const query = queryOf(request);
    const [state, secret] = [query.get('state'), readSignInCookie(request, place, 'github')];
    if (!secret) throw noCookie();
    const begun =
      state && isRandomText(state) ? await takeSignIn(store, { kind: 'github', secret, state }) : undefined;
    if (begun === undefined) throw notBegun();
    reply.header('set-cookie', writeSignInCookie(place, 'github', ''));
    if (begun.isExpired) throw tooLate();
    const [code, denied] = [query.get('code'), query.get('error')];
    if (denied) throw deniedBy(denied);
    if (!code) throw notBegun();
    const who = await askGithub(request, from, { code, verifier: begun.verifier ?? '' });
    const { person, principal, label: id } = await recogniseSignIn(store, who);
    await store.onKeysChanged?.();
    return finishSignIn(request, reply, context, {
      owner: { person, principal },
      proof: 'github',
      viewer: { id, kind: 'person', person },
      returnTo: begun.returnTo,
    });
  }

  /** Asks whose code it is; the token serves for nothing else. */
  async function askGithub(
    request: FastifyRequest,
    from: GithubSignInParts,
    proof: { code: string; verifier: string },
  ): Promise<SignedIn> {
    const token = await exchangeCode(from, { ...proof, redirectUri: `${config.publicUrl}${callbackPath}` });
    try {
      const account = await readAccount(from, token);
      const { id, login, teams } = account;
      return {
        kind: 'github',
        issuer: githubAddressOf(from.apiUrl),
        subject: String(id),
        name: from.mapped.get(login.toLowerCase()) ?? `github:${login}`,
        label: login,
        grants: grantsOf(from.roles, account),
        groups: teams,
        address: addressOf(request),
        isBesideIssuer: from.isBesideIssuer,
      };
    } finally {
      dropToken(from, token).catch((error: unknown) =>
        request.log.debug({ err: error }, 'GitHub keeps the token of a sign-in until it ends by itself'),
      );
    }
  }

  /** Says which cookie belongs here. @throws where the browser uses another name than people do */
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

  async function tell(request: FastifyRequest, reply: FastifyReply, error: unknown): Promise<FastifyReply> {
    const told = tellGithubFailure(error, hasOrganisations);
    if (told === undefined) throw error;
    const { status, title, text, logged } = told;
    if (logged !== undefined) request.log.warn({ why: logged }, `Nobody could sign in: ${title}`);
    // Whom the server knows and refuses is on record already.
    const isNew = request.routeOptions.url === callbackPath && !(error instanceof SignInRefusedError);
    if (github !== undefined && isNew)
      await recordRefusedSignIn(
        store.db,
        {
          kind: 'github',
          issuer: githubAddressOf(github.apiUrl),
          address: addressOf(request),
        },
        text,
      );
    const again = github === undefined ? undefined : `${config.publicUrl}${startPath}`;
    return answerProblem(reply, { status, title, text, again });
  }
}

/** 256 random bits, as state and as the secret of PKCE. */
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
