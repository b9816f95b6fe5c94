import type { FastifyBaseLogger } from 'fastify';
import { identityKey } from '../../contract/people/identityKey.ts';
import { githubAddressOf } from '../../contract/pulls/pullLinks.ts';
import type { SignedIn } from '../../domain/access/signedIn.ts';
import type { GithubUsers } from '../../domain/input/people.ts';
import type { HttpApp } from '../http/app.ts';
import { addSignInElsewhere, type Elsewhere, type ElsewhereContext } from './elsewhere.ts';
import { dropToken, exchangeCode, type GithubSignInAt, grantsOf, readAccount } from './githubAccount.ts';
import { deniedBy, noGithub, tellGithubFailure } from './githubProblems.ts';
import { notBegun } from './signInProblem.ts';

/** How people sign in by GitHub. */
export interface GithubSignInParts extends GithubSignInAt {
  /** Whom logins stand for by the settings. */
  mapped: GithubUsers;
}

/** Adds `/sign-in/github` and its callback: people sign in by a GitHub App. */
export function addGithubSignIn(
  app: HttpApp,
  context: ElsewhereContext,
  github: GithubSignInParts | undefined,
): void {
  const hasOrganisations = (github?.roles.length ?? 0) > 0;
  addSignInElsewhere(app, context, {
    kind: 'github',
    place: github && placeOf(github),
    notSetUp: noGithub,
    tell: (error) => tellGithubFailure(error, hasOrganisations),
  });
}

function placeOf(from: GithubSignInParts): Elsewhere {
  const issuer = githubAddressOf(from.apiUrl);
  return {
    issuer,
    urlFor({ redirectUri, state, challenge }) {
      const url = new URL(`${issuer}/login/oauth/authorize`);
      url.search = new URLSearchParams({
        client_id: from.clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).toString();
      return url;
    },
    async prove({ redirectUri, query, begun, log }) {
      const [code, denied] = [query.get('code'), query.get('error')];
      if (denied) throw deniedBy(denied);
      if (!code) throw notBegun();
      return { who: await askGithub(from, { code, verifier: begun.verifier ?? '', redirectUri }, log) };
    },
  };
}

/** Asks whose code it is; the token serves for nothing else. */
async function askGithub(
  from: GithubSignInParts,
  proof: { code: string; verifier: string; redirectUri: string },
  log: Pick<FastifyBaseLogger, 'debug'>,
): Promise<SignedIn> {
  const token = await exchangeCode(from, proof);
  try {
    const account = await readAccount(from, token);
    const { id, login, teams } = account;
    return {
      kind: 'github',
      issuer: githubAddressOf(from.apiUrl),
      subject: String(id),
      name: from.mapped.get(identityKey(login)) ?? `github:${login}`,
      label: login,
      grants: grantsOf(from.roles, account),
      groups: teams,
      isBesideIssuer: from.isBesideIssuer,
    };
  } finally {
    dropToken(from, token).catch((error: unknown) =>
      log.debug({ err: error }, 'GitHub keeps the token of a sign-in until it ends by itself'),
    );
  }
}
