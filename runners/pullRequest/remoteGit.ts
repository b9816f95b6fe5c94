import { execa } from 'execa';
import { webHostOf } from '../../contract/pulls/pullLinks.ts';
import { hideCredentials } from './remote.ts';

/** What may be shown to the remote: a token, only for the host of the API that it belongs to. */
export interface RemoteAccess {
  token: string | undefined;
  apiUrl: string;
}

/** What git said after talking to the remote. */
export type Said = { ok: true; output: string } | { ok: false; reason: string };

/** Runs a git command that talks to `origin`: with the credentials that git has, and when these do not do, with the token. */
export async function remoteGit(cwd: string, args: string[], access: RemoteAccess): Promise<Said> {
  const plain = await run(cwd, args, {});
  if (plain.ok) return plain;
  const credentials = await tokenSettings(cwd, access);
  return credentials === undefined ? plain : run(cwd, args, credentials);
}

async function run(cwd: string, args: string[], env: Record<string, string>): Promise<Said> {
  const result = await execa('git', args, {
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
    // No terminal and no askpass: nobody is there at night to answer.
    env: { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', ...env },
  });
  if (result.exitCode === 0) return { ok: true, output: result.stdout };
  return { ok: false, reason: hideCredentials(result.stderr || result.shortMessage || 'it failed').trim() };
}

/** Passes the token by the environment, where other users of the machine do not see it. */
async function tokenSettings(
  cwd: string,
  { token, apiUrl }: RemoteAccess,
): Promise<Record<string, string> | undefined> {
  const { stdout } = await execa('git', ['remote', 'get-url', 'origin'], { cwd, reject: false });
  const remote = URL.parse(stdout);
  const api = new URL(apiUrl);
  if (token === undefined || remote?.protocol !== api.protocol || remote.host !== webHostOf(apiUrl))
    return undefined;
  const key = `http.${remote.origin}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '2',
    // The empty value drops headers that were configured, such as the one of an older checkout.
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: `AUTHORIZATION: basic ${basic}`,
  };
}
