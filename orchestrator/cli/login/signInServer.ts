import * as z from 'zod';
import { httpFetch } from '../../../client/httpFetch.ts';
import { networkReason } from '../../../contract/networkError.ts';
import { isPlain, printable } from '../../../contract/text/plainText.ts';
import { UserError } from '../context.ts';
import type { SavedSession } from '../sessionFile.ts';

const timeoutMs = 30_000;

/** What a terminal shows of a server's answer: nothing that moves its cursor or looks like more lines. */
const shown = z.string().min(1).max(500).refine(isPlain);
const page = shown.refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));

const answerSchema = z.object({
  token: shown,
  viewer: shown,
  expires_at: z.iso.datetime({ offset: true }),
});

/** Exchanges a code for the session of this command line. @throws UserError */
export async function fetchSession(server: string, code: string, verifier: string): Promise<SavedSession> {
  const { body } = await ask(server, 'POST', '/sign-in/cli/token', { body: { code, verifier } });
  return sessionOf(server, body);
}

const beginSchema = z.object({
  device_code: z.string(),
  user_code: shown,
  verification_uri: page,
  verification_uri_complete: page.optional(),
  interval: z
    .number()
    .min(0)
    .transform((seconds) => Math.min(60, Math.max(1, seconds))),
  expires_in: z.number().min(1).max(3600),
});

/** A sign-in at the issuer's page that has begun. */
export type DeviceBegin = z.output<typeof beginSchema>;

/** Begins a sign-in at the page of the server's issuer; undefined where it has none that signs in devices. @throws UserError */
export async function beginDevice(server: string): Promise<DeviceBegin | undefined> {
  const { status, body } = await ask(server, 'POST', '/sign-in/cli/device', { body: {}, mayMiss: true });
  if (status === 404) return undefined;
  const begin = beginSchema.safeParse(body);
  if (!begin.success) throw strange(server);
  return begin.data;
}

/** Asks whether the user has signed in there; gives the session, or for how many seconds longer than before to wait. @throws UserError */
export async function askDevice(server: string, device_code: string): Promise<SavedSession | number> {
  const { status, body } = await ask(server, 'POST', '/sign-in/cli/device/token', {
    body: { device_code },
    mayBeAway: true,
  });
  // Somebody may be signing in there meanwhile.
  if (status === 503) return 0;
  if (status === 202) return (body as { state?: unknown } | undefined)?.state === 'slow_down' ? 5 : 0;
  return sessionOf(server, body);
}

function sessionOf(server: string, body: unknown): SavedSession {
  const answer = answerSchema.safeParse(body);
  if (!answer.success) throw strange(server);
  const { token, viewer, expires_at: expiresAt } = answer.data;
  return { token, viewer, expiresAt };
}

function strange(server: string): UserError {
  return new UserError(`${server} did not answer as a server of Nightshift does.`);
}

/** Ends a session on its server. @throws UserError where the server cannot be reached or refuses */
export async function endSessionAt(server: string, token: string): Promise<void> {
  await ask(server, 'DELETE', '/sign-in/cli/token', { token });
}

/** Asks a server about signing in; gives what it says, with the status. @throws UserError */
async function ask(
  server: string,
  method: string,
  path: string,
  {
    body,
    token,
    mayMiss = false,
    mayBeAway = false,
  }: { body?: object; token?: string; mayMiss?: boolean; mayBeAway?: boolean },
): Promise<{ status: number; body: unknown }> {
  const headers = new Map([
    ['accept', 'application/json'],
    ['user-agent', 'nightshift-cli'],
    ...(body === undefined ? [] : [['content-type', 'application/json'] as [string, string]]),
    ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as [string, string]]),
  ]);
  const question = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await httpFetch(new URL(`${server}${path}`), question, {
    timeoutMs,
    maxBytes: 65_536,
  }).catch((error: unknown) => {
    throw new UserError(`${server} cannot be reached: ${networkReason(error)}.`);
  });
  const said = readJson(await answer.text());
  const isAwaited = (mayMiss && answer.status === 404) || (mayBeAway && answer.status === 503);
  if (answer.ok || isAwaited) return { status: answer.status, body: said };
  const { detail } = (said ?? {}) as { detail?: unknown };
  throw new UserError(
    typeof detail === 'string' ? printable(detail) : `${server} answered with the status ${answer.status}.`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
