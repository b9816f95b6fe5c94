import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import type { RunAs } from '../../plan/runAsSchema.ts';
import { type Account, findAccount, RunAsError } from './account.ts';

/**
 * Finds the account of a step, and makes sure that it reaches nothing of what is the worker's own: the data directory,
 * `.env` and files of secrets.
 * @throws RunAsError that says what to change
 */
export async function assumeAccount(runAs: RunAs, privatePaths: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0)
    throw new RunAsError(
      'runAs: expected a worker that runs as root, which alone may give a step the rights of another user; start the worker as root, or start one as that user and choose it by labels',
    );
  const account = await findAccount(runAs);
  if (runAs.home !== undefined) await checkHome(runAs.home, account);
  const [open] = await findReachable(account, privatePaths);
  if (open === undefined) return account;
  throw new RunAsError(
    `runAs: ${open} is open to the user ${account.name}, who could read keys in it and so approve its own work; take the permissions of others away: chmod go-rwx ${JSON.stringify(open)}`,
  );
}

async function checkHome(home: string, { name, uid }: Account): Promise<void> {
  const found = await stat(home).catch(() => undefined);
  if (found?.isDirectory() && found.uid === uid) return;
  const came = found === undefined ? 'nothing is there' : `${home} is not`;
  throw new RunAsError(`runAs.home: expected a directory that belongs to ${name}, and ${came}`);
}

/** Lists which of some paths an account may read, write or enter; it is tried with its rights, so that every rule of the system counts. */
export async function findReachable(account: Account, paths: readonly string[]): Promise<string[]> {
  const { stdout, failed, shortMessage } = await execa('/bin/sh', ['-c', probe, 'sh', ...paths], {
    ...{ uid: account.uid, gid: account.gid, cwd: '/', env: {}, extendEnv: false },
    ...{ reject: false, stdin: 'ignore', timeout: 30_000 },
  });
  if (failed)
    throw new RunAsError(`runAs: the rights of ${account.name} could not be tried: ${shortMessage}`);
  return stdout.split('\n').filter((line) => line !== '');
}

const probe = `
for path; do
  if [ -r "$path" ] || [ -w "$path" ] || [ -x "$path" ]; then printf '%s\\n' "$path"; fi
done
`;
