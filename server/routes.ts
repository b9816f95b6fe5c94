import type { Issuer } from './access/issuer.ts';
import { addApprovalLink, type LinkContext } from './approvals/route.ts';
import type { HttpApp } from './http/app.ts';
import { addMetricsRoute, type MetricsContext } from './metrics/route.ts';
import { addPages, type PagesContext } from './pages/route.ts';
import { addGithubWebhook, type WebhookConfig } from './pulls/webhook.ts';
import type { RestContext } from './rest/context.ts';
import { addRestRoutes } from './rest/routes.ts';
import { addCliSignIn } from './signIn/cliRoute.ts';
import type { SignInRoutes, SignInWay } from './signIn/context.ts';
import { addDeviceSignIn, type DeviceSignInContext } from './signIn/deviceRoute.ts';
import { addGithubSignIn, type GithubSignInParts } from './signIn/github.ts';
import { addIssuerSignIn } from './signIn/issuer.ts';
import { addSignIn } from './signIn/routes.ts';

/** What all routes together work on. */
export interface RouteContext
  extends RestContext,
    LinkContext,
    MetricsContext,
    DeviceSignInContext,
    PagesContext {
  /** How events of GitHub are taken; without it they are not. */
  github?: WebhookConfig;
  /** Where browsers can be signed in, and how beside a key. @default on loopback, with a key */
  signIn?: SignInRoutes['config'] & Partial<Pick<SignInRoutes, 'ways'>>;
  /** How they sign in by GitHub, if they do. */
  githubSignIn?: GithubSignInParts | undefined;
  /** Where they sign in, if there is an issuer. */
  issuer?: Issuer | undefined;
}

/** Adds every route beside `/graphql` and the documentation to an app. */
export function addRoutes(app: HttpApp, context: RouteContext): void {
  addRestRoutes(app, context);
  addMetricsRoute(app, context);
  addApprovalLink(app, context);
  addCliSignIn(app, context);
  addDeviceSignIn(app, context);
  addGithubWebhook(app, context.store, context.github ?? {});
  addPages(app, context);
  const { ways = [], ...config } = context.signIn ?? { host: '127.0.0.1' };
  const others: SignInWay[] = [
    ...(context.issuer
      ? [{ path: '/sign-in/issuer', label: `Sign in with ${new URL(context.issuer.config.issuer).hostname}` }]
      : []),
    ...(context.githubSignIn ? [{ path: '/sign-in/github', label: 'Sign in with GitHub' }] : []),
  ];
  addSignIn(app, { ...context, config, ways: [...ways, ...others] });
  addIssuerSignIn(app, { ...context, config }, context.issuer);
  addGithubSignIn(app, { ...context, config }, context.githubSignIn);
}
