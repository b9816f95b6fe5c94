import type { Issuer } from '../access/issuer.ts';
import type { HttpApp } from '../http/app.ts';
import { addSignInElsewhere, type Elsewhere, type ElsewhereContext } from './elsewhere.ts';
import { askIssuer, whoOf } from './issuerAnswer.ts';
import { tellFailure } from './issuerProblems.ts';
import { SignInProblemError } from './signInProblem.ts';

/** Adds `/sign-in/issuer` and its callback: people sign in at the OpenID issuer, by the authorization code flow. */
export function addIssuerSignIn(app: HttpApp, context: ElsewhereContext, issuer: Issuer | undefined): void {
  addSignInElsewhere(app, context, {
    kind: 'issuer',
    place: issuer && placeOf(issuer),
    notSetUp: noIssuer,
    tell: tellFailure,
  });
}

function placeOf(issuer: Issuer): Elsewhere {
  const { open, config } = issuer;
  return {
    issuer: config.issuer,
    async urlFor({ redirectUri, state, nonce, challenge, fresh }) {
      const [client, configuration] = [await import('openid-client'), await open()];
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: config.scopes,
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(fresh ? { max_age: '0', prompt: 'login' } : {}),
      });
    },
    async prove({ redirectUri, state, query, begun }) {
      // What the request says of its own host is not asked: the address must be the one that the issuer was told.
      const url = new URL(redirectUri);
      url.search = query.toString();
      const { claims, provedAt } = await askIssuer(issuer, { url, state, begun });
      return { who: whoOf(claims, config), provedAt };
    },
  };
}

const noIssuer = new SignInProblemError(
  404,
  'No issuer is set up',
  'This server has no OpenID issuer to sign in with. An admin can set one up: OIDC_ISSUER.',
);
