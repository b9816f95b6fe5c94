import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { RunAs } from '../../../contract/plan/runAs.ts';

/** The user and the group that a command runs with, by number, and its home. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  /** Undefined where the system knows none. */
  home: string | undefined;
}

/** Why a step cannot run with other rights; the message says what to do. */
export class RunAsError extends Error {
  override name = 'RunAsError';
}

/**
 * Finds an account by what a step names: in the system's own list, or by numbers alone.
 * @throws RunAsError where there is none, or where it is root's
 */
export async function findAccount({ user, group, home }: RunAs): Promise<Account> {
  const [name, , uid, ownGid, , ownHome] = (await findEntry('passwd', user)) ?? [];
  const [, , namedGid] = group === undefined ? [] : ((await findEntry('group', group)) ?? []);
  const account = {
    name: name ?? user,
    uid: numberOf(uid) ?? numberOf(user),
    gid: group === undefined ? numberOf(ownGid) : (numberOf(namedGid) ?? numberOf(group)),
    home: home ?? (ownHome || undefined),
  };
  if (account.uid === undefined)
    throw new RunAsError(`runAs.user: expected a user of this machine, got ${JSON.stringify(user)}`);
  if (account.gid === undefined)
    throw new RunAsError(
      `runAs.group: expected a group of this machine, got ${group === undefined ? 'none, and the user has none of its own' : JSON.stringify(group)}`,
    );
  if (account.uid === 0)
    throw new RunAsError(
      `runAs.user: expected a user other than root, who may read everything, got ${JSON.stringify(user)}`,
    );
  return account as Account;
}

/** Finds the name of a user; the number itself where the system has none. */
export async function nameOfUser(uid: number): Promise<string> {
  return (await findEntry('passwd', String(uid)))?.[0] || String(uid);
}

/** One line of the system's list of users or groups, by name or number. */
async function findEntry(list: 'passwd' | 'group', wanted: string): Promise<string[] | undefined> {
  const { stdout, failed, exitCode } = await execa('getent', [list, wanted], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  if (!failed) return stdout.split('\n')[0]?.split(':');
  // 2: there is no such one. Anything else: the program is not there, or could not look.
  if (exitCode === 2) return undefined;
  const lines = await readFile(`/etc/${list}`, 'utf8').catch(() => '');
  return lines
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name, , number]) => name === wanted || number === wanted);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
