import * as z from 'zod';
import { httpFetch } from '../../../client/httpFetch.ts';
import { networkReason } from '../../../contract/networkError.ts';
import { UserError } from '../context.ts';
import type { SavedSession } from '../sessionFile.ts';

const timeoutMs = 30_000;

const answerSchema = z.object({ token: z.string(), viewer: z.string(), expires_at: z.string() });

/** Exchanges a code for the session of this command line. @throws UserError */
export async function fetchSession(server: string, code: string, verifier: string): Promise<SavedSession> {
  const { body } = await ask(server, 'POST', '/sign-in/cli/token', { body: { code, verifier } });
  const answer = answerSchema.safeParse(body);
  if (!answer.success) throw new UserError(`${server} did not answer as a server of Nightshift does.`);
  const { token, viewer, expires_at: expiresAt } = answer.data;
  return { token, viewer, expiresAt };
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
  { body, token }: { body?: object; token?: string },
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
  if (answer.ok) return { status: answer.status, body: said };
  const { detail } = (said ?? {}) as { detail?: unknown };
  throw new UserError(
    typeof detail === 'string' ? detail : `${server} answered with the status ${answer.status}.`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
