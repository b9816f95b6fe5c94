import type { FastifyRequest } from 'fastify';
import type { Configuration } from 'openid-client';
import * as z from 'zod';
import { openSession } from '../../domain/access/sessions.ts';
import type { KnownPerson } from '../../domain/access/signIn.ts';
import { viewerEndsAt } from '../../domain/access/viewerEnd.ts';
import { SignInRefusedError } from '../../domain/input/errors.ts';
import { networkOf } from '../../domain/input/network.ts';
import type { Store } from '../../domain/store.ts';
import type { Access } from '../access/access.ts';
import { credentialsOf } from '../access/credentials.ts';
import { ForbiddenError } from '../access/errors.ts';
import type { WrongKeys } from '../access/wrongKeys.ts';
import type { HttpApp } from '../http/app.ts';
import { RequestError } from '../http/requestError.ts';
import { answerTooMany, countStart } from './attempts.ts';
import { type IssuerAnswer, joinClaims, refuseFromFuture } from './issuerAnswer.ts';
import { SignInProblemError } from './signInProblem.ts';

/** An issuer that can sign in devices without a browser of their own. */
export interface DeviceSignIn {
  /** Gives what was discovered of the issuer, and this server's client there. */
  configuration(): Promise<Configuration>;
  /** What is asked for. @default 'openid email profile' */
  scope?: string;
  /** Finds the person whom the issuer's claims name. @throws SignInRefusedError */
  recognise(claims: IssuerAnswer['claims'], from: { address: string | undefined }): Promise<KnownPerson>;
}

/** What signing in by device works on; without an issuer that can, it is answered that there is none. */
export interface DeviceSignInContext {
  store: Store;
  access: Access;
  device?: DeviceSignIn | undefined;
  /** Counts sign-ins that begin. */
  wrongKeys: WrongKeys;
}

const tokenBody = z.object({ device_code: z.string().min(1).max(2000) });

/** So many questions to the issuer are under way at once, since anybody may ask them. */
const maxAsked = 20;
/** So many of them are of one network, which leaves room for others. */
const maxAskedOfOne = 10;

/**
 * `/sign-in/cli/device`: begins the sign-in of a command line that has no browser beside it, at the issuer's own page. The
 * command line asks for its token until its user has signed in there; nothing of it is kept here meanwhile.
 */
export function addDeviceSignIn(
  app: HttpApp,
  { store, access, device, wrongKeys }: DeviceSignInContext,
): void {
  const asked: string[] = [];
  app.route({
    method: 'POST',
    url: '/sign-in/cli/device',
    config: { bodies: 'strangers' },
    schema: { hide: true },
    handler: (request, reply) => {
      const reached = countStart(request, { access, wrongKeys });
      if (reached) return answerTooMany(reply, reached);
      return asking(request, async (issuer, client) => {
        const parameters = { scope: issuer.scope ?? 'openid email profile' };
        const begun = await client.initiateDeviceAuthorization(await issuer.configuration(), parameters);
        const { device_code, user_code, verification_uri, verification_uri_complete, interval, expires_in } =
          begun;
        const shown = { user_code, verification_uri, verification_uri_complete };
        return { device_code, ...shown, interval: interval ?? 5, expires_in };
      });
    },
  });
  app.route({
    method: 'POST',
    url: '/sign-in/cli/device/token',
    config: { bodies: 'strangers' },
    schema: { hide: true, body: tokenBody },
    handler: (request, reply) =>
      asking(request, async (issuer, client) => {
        const claims = await claimsOf(issuer, client, request.body.device_code);
        if (typeof claims === 'string') return reply.code(202).send({ state: claims });
        const address = access.addressOf(credentialsOf(request.raw));
        const agent = request.headers['user-agent'];
        const { person, principal, label } = await issuer.recognise(claims, { address });
        const viewer = { id: label, kind: 'person', person } as const;
        const owner = { person, principal };
        const how = { client: 'cli', proof: 'issuer', via: 'cli' } as const;
        const { token, id } = await openSession(store, { owner, viewer, address, agent, ...how });
        const session = { id, client: 'cli', provedAt: undefined } as const;
        return { token, viewer: label, expires_at: await viewerEndsAt(store.db, { session }) };
      }),
  });

  async function asking<T>(
    { raw }: FastifyRequest,
    work: (issuer: DeviceSignIn, client: OpenidClient) => Promise<T>,
  ): Promise<T> {
    if (device === undefined) throw noDevices();
    const network = networkOf(access.addressOf(credentialsOf(raw)));
    if (asked.length >= maxAsked || asked.filter((one) => one === network).length >= maxAskedOfOne)
      throw new RequestError(503, 'Too many sign in at once. Try again in a few seconds.', 5);
    asked.push(network);
    const client = await import('openid-client');
    try {
      if ((await device.configuration()).serverMetadata().device_authorization_endpoint === undefined)
        throw noDevices();
      return await work(device, client);
    } catch (error) {
      throw answerOf(error, client);
    } finally {
      asked.splice(asked.indexOf(network), 1);
    }
  }
}

type OpenidClient = typeof import('openid-client');

function noDevices(): RequestError {
  return new RequestError(
    404,
    'This server signs in no devices: it has no issuer, or one without the device flow. Run "nightshift login" on a computer with a browser.',
  );
}

/** What somebody hears of an issuer that does not let this server's client do that, or does not answer. */
function answerOf(error: unknown, { ClientError, ResponseBodyError }: OpenidClient): unknown {
  if (error instanceof SignInRefusedError || error instanceof SignInProblemError)
    return new ForbiddenError(error.message);
  if (error instanceof ResponseBodyError && error.status < 500) return noDevices();
  const isIssuers = [ClientError, ResponseBodyError, TypeError].some((kind) => error instanceof kind);
  if (!isIssuers) return error;
  return new RequestError(503, 'The issuer does not answer as expected. Try again in a few seconds.', 5);
}

/** Asks once whether somebody has signed in; gives what the issuer says of them, or the state of the wait. */
async function claimsOf(
  { configuration }: DeviceSignIn,
  { genericGrantRequest, fetchUserInfo, ResponseBodyError }: OpenidClient,
  device_code: string,
): Promise<IssuerAnswer['claims'] | 'authorization_pending' | 'slow_down'> {
  const grant = 'urn:ietf:params:oauth:grant-type:device_code';
  const moreOf = async (subject: string, token: string) => {
    const issuer = await configuration();
    return issuer.serverMetadata().userinfo_endpoint === undefined
      ? {}
      : fetchUserInfo(issuer, token, subject);
  };
  try {
    const answer = await genericGrantRequest(await configuration(), grant, { device_code });
    const claims = answer.claims();
    // Roles may follow from what the issuer says there alone.
    if (claims !== undefined) {
      refuseFromFuture(claims);
      const { iss, sub } = claims;
      return { ...joinClaims(claims, await moreOf(sub, answer.access_token)), iss, sub };
    }
    throw new ForbiddenError(
      'The issuer did not say who signed in. Ask your admin to allow the scope openid.',
    );
  } catch (error) {
    if (!(error instanceof ResponseBodyError)) throw error;
    if (error.error === 'authorization_pending' || error.error === 'slow_down') return error.error;
    const why = refusals.get(error.error);
    if (why === undefined) throw error;
    throw new ForbiddenError(`${why} Run "nightshift login" again.`);
  }
}

const over = 'The sign-in has expired, or was used already.';
const refusals: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'The sign-in was refused at the issuer.'],
  ['expired_token', over],
  ['invalid_grant', over],
]);
