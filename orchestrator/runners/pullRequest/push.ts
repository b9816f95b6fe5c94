import { execa } from 'execa';
import { hideCredentials } from './remote.ts';

/** One push of a commit to a branch of `origin`. */
export interface Push {
  cwd: string;
  commit: string;
  branch: string;
  /** What the branch must be at the remote for the push to happen; undefined: it must not exist. */
  expected: string | undefined;
  /** Offered to the remote only when it is the API's own host and refuses the credentials that git has. */
  token: string;
  apiUrl: string;
}

/** Pushes a commit, or deletes the branch when `commit` is empty; returns what git said when it refused, else undefined. */
export async function push(what: Push): Promise<string | undefined> {
  const plain = await runPush(what, {});
  if (plain === undefined) return undefined;
  const credentials = await tokenSettings(what);
  return credentials === undefined ? plain : runPush(what, credentials);
}

async function runPush(
  { cwd, commit, branch, expected }: Push,
  env: Record<string, string>,
): Promise<string | undefined> {
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const result = await execa('git', ['push', '--quiet', '--no-verify', lease, 'origin', `${commit}:${ref}`], {
    cwd,
    reject: false,
    stdin: 'ignore',
    timeout: 120_000,
    env: { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', ...env },
  });
  if (result.exitCode === 0) return undefined;
  return hideCredentials(result.stderr || result.shortMessage || 'git push failed').trim();
}

/** Passes the token by the environment, where other processes of the machine do not see it. */
async function tokenSettings({ cwd, token, apiUrl }: Push): Promise<Record<string, string> | undefined> {
  const { stdout } = await execa('git', ['remote', 'get-url', '--push', 'origin'], { cwd, reject: false });
  const remote = URL.parse(stdout);
  const host = new URL(apiUrl).host.replace(/^api\.github\.com$/, 'github.com');
  if (remote === null || remote.protocol !== 'https:' || remote.host !== host) return undefined;
  const key = `http.https://${host}/.extraheader`;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: header,
  };
}
