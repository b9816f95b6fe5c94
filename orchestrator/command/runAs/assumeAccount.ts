import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RunAs } from '../../../contract/plan/runAs.ts';
import { listPlanFiles } from '../../plan/planFiles.ts';
import { type Account, findAccount, RunAsError } from './account.ts';
import { findReachable, findReplaceable } from './rights.ts';

/** What an account of a step's own must leave alone. */
export interface Guarded {
  /** What it must neither read nor replace: the data directory, `.env`, files of secrets. */
  privatePaths: readonly string[];
  /** The file of the plan; neither it nor what it imports may be changed. */
  planFile: string;
}

/**
 * Finds the account of a step, and makes sure that it reaches nothing of what is the worker's own, and can put nothing
 * in the place of what the worker trusts or runs with its own rights.
 * @throws RunAsError that says what to change
 */
export async function assumeAccount(runAs: RunAs, { privatePaths, planFile }: Guarded): Promise<Account> {
  if (process.getuid?.() !== 0)
    throw new RunAsError(
      'runAs: expected a worker that runs as root, which alone can run a step as another user; start the worker as root, or start one as that user and select it with labels',
    );
  const account = await findAccount(runAs);
  if (runAs.home !== undefined) await checkHome(runAs.home, account);
  await refuseReachable(account, privatePaths);
  await refuseReplaceable(account, [...privatePaths, ...(await listPlanFiles(planFile)), ...ownPrograms()]);
  return account;
}

async function refuseReachable(account: Account, paths: readonly string[]): Promise<void> {
  const [open] = await findReachable(account, paths);
  if (open === undefined) return;
  throw new RunAsError(
    `runAs: ${open} is open to the user ${account.name}, who could read keys in it and so approve its own work; remove the permissions of others: chmod go-rwx ${JSON.stringify(open)}`,
  );
}

/** The programs that the worker itself consists of. */
function ownPrograms(): string[] {
  return [process.execPath, ...process.argv.slice(1, 2), fileURLToPath(import.meta.url)];
}

async function refuseReplaceable(account: Account, paths: readonly string[]): Promise<void> {
  const [found] = await findReplaceable(account, paths);
  if (found === undefined) return;
  const { path, through } = found;
  const what = path === through ? through : `${through}, and so replace ${path}`;
  throw new RunAsError(
    `runAs: the user ${account.name} can change ${what}, which this worker reads or runs with its own rights; give ${through} to another user (chown root, chmod go-w), and give the step its own checkout with cwd`,
  );
}

async function checkHome(home: string, { name, uid }: Account): Promise<void> {
  const found = await stat(home).catch(() => undefined);
  if (found?.isDirectory() && found.uid === uid) return;
  const came = found === undefined ? 'nothing is there' : `${home} is not`;
  throw new RunAsError(`runAs.home: expected a directory that belongs to ${name}, and ${came}`);
}
