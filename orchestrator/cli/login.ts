import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { challengeOf, shownCode } from '../../contract/pkce.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { isPlainHttp } from '../../contract/urls/plainHttp.ts';
import { hasUserInfo, withoutUserInfo } from '../../contract/urls/userInfo.ts';
import { showTime } from '../text/showTime.ts';
import { findRunning } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { deviceLogin } from './login/deviceLogin.ts';
import { hasBrowser, openBrowser } from './login/openBrowser.ts';
import { receiveCode } from './login/receiveCode.ts';
import { endSessionAt, fetchSession } from './login/signInServer.ts';
import { readSession, type SavedSession, saveSession, sessionsPath } from './sessionFile.ts';

interface ServerOption {
  server?: string;
  device?: boolean;
}

const serverHelp = 'the URL of the server (default: API_BASE, else the one of this directory)';

/** `nightshift login`: this command line acts as whoever is signed in in the browser. */
export function addLogin(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('sign this command line in as you, by your browser')
    .option('--server <url>', serverHelp)
    .option('--device', 'sign in with a browser elsewhere, where the server’s issuer can (default over SSH)')
    .addHelpText(
      'after',
      `
It prints an address of the server, and opens it where this computer has a
browser. Sign in there, check that the page shows the same code as your
terminal, and allow it. Commands then act as you, for 12 hours at most.

The sign-in is kept for you alone, in sessions.json of your settings
(XDG_CONFIG_HOME/nightshift). API_KEY still comes first; a worker uses its own
key. A program that you run can read the file too, so this never counts as
having just signed in: approve tasks of high risk in the browser.

Examples:
  nightshift login --server https://nightshift.example.org
  nightshift whoami
  nightshift logout`,
    )
    .action(async ({ server, device = false }: ServerOption) => {
      const url = await serverOf(context, server);
      const { variables } = context.config();
      const session = await signIn(context, url, device);
      saveSession(variables, url, session);
      const until = showTime(session.expiresAt);
      context.print(`Signed in at ${url} as ${session.viewer}, until ${until}.`);
      if (context.config().apiKey !== undefined && context.config().apiBase !== undefined)
        context.print('API_KEY is set and comes first. Unset it to act as yourself.');
    });
}

async function signIn(context: CliContext, server: string, device: boolean): Promise<SavedSession> {
  if (device || !hasBrowser(context.config().variables)) {
    const session = await deviceLogin(server, context.print);
    if (session !== undefined) return session;
    if (device)
      throw new UserError(
        `${server} signs in no devices: it has no issuer, or one without the device flow. Run "nightshift login" on a computer with a browser.`,
      );
  }
  return signInHere(context, server);
}

async function signInHere({ config, print }: CliContext, server: string): Promise<SavedSession> {
  const { variables } = config();
  const [verifier, state] = [random(), random()];
  const challenge = challengeOf(verifier);
  const receiver = await receiveCode(state);
  try {
    const search = new URLSearchParams({ port: String(receiver.port), challenge, state });
    const address = `${server}/sign-in/cli?${search}`;
    const opens = hasBrowser(variables);
    print(
      `${opens ? 'Opening your browser. If no page comes, open this one' : 'Open this page in a browser of this computer'}:\n  ${address}\nAllow it there if the page shows the code ${shownCode(challenge)}. Waiting …`,
    );
    if (opens) await openBrowser(address);
    const code = await Promise.race([receiver.code, timeOut()]);
    if (code === undefined) throw new UserError('You refused this in the browser. Nobody was signed in.');
    return await fetchSession(server, code, verifier);
  } finally {
    await receiver.close();
  }
}

/** `nightshift logout`: ends the sign-in of this command line, here and on the server. */
export function addLogout(program: Command, context: CliContext): void {
  program
    .command('logout')
    .description('end the sign-in of this command line')
    .option('--server <url>', serverHelp)
    .addHelpText(
      'after',
      '\nIt ends the sign-in on the server and removes it here. If the server is away, it\nis removed here, and ends there by itself after 12 hours at most.',
    )
    .action(async ({ server }: ServerOption) => {
      const url = await serverOf(context, server);
      const { variables } = context.config();
      const session = readSession(variables, url);
      if (session === undefined) {
        context.print(`You are not signed in at ${url}.`);
        return;
      }
      saveSession(variables, url, undefined);
      try {
        await endSessionAt(url, session.token);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        throw new UserError(
          `The sign-in was removed from ${sessionsPath(variables)}, but not ended on the server: ${error.message} It ends there at ${showTime(session.expiresAt)}.`,
        );
      }
      context.print(`Signed out at ${url}.`);
    });
}

/** The server that is meant. @throws UserError where there is none, or a token would be sent where others can read it */
async function serverOf(context: CliContext, named: string | undefined): Promise<string> {
  const url = named ?? context.config().apiBase ?? (await findRunning(context));
  if (url === undefined) throw new UserError('Which server? Pass --server <url>, or set API_BASE.', 2);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol) || hasUserInfo(url))
    throw new UserError(
      `Expected the URL of a server such as https://nightshift.example.org, got "${withoutUserInfo(url)}".`,
      2,
    );
  if (isPlainHttp(url))
    throw new UserError(
      `${new URL(url).origin} is plain HTTP, where anyone on the network can read what you sign in with. Use its https:// URL.`,
    );
  return trimEndOf(new URL(url).href, '/');
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

/** Nobody waits longer for a browser. */
const waitMs = 600_000;

function timeOut(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(
      () => reject(new UserError('Nobody signed in within ten minutes. Run "nightshift login" again.')),
      waitMs,
    ).unref();
  });
}
