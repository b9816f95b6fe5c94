import type { Cgroup } from '../cgroup.ts';
import type { Account } from '../runAs/account.ts';
import { startByExeca } from './byExeca.ts';
import type { StartedCommand, StartRequest } from './startedCommand.ts';
import { launchStarter, type Starter } from './starter.ts';
import { isFit } from './starterProtocol.ts';

/** Who starts a command: the starter where there can be one, or always this process itself. */
export type StartWay = 'starter' | 'execa';

/** What became of a start: the command runs, why it could not, or it cannot be known, and nothing begins any more. */
export type Start = StartedCommand | { why: string } | 'lost';

/**
 * Starts a command, in its control group where there is one. What the starter cannot start goes the way through execa:
 * another user's rights, and whatever fails, so that there is one explanation.
 */
export async function startCommand(
  request: StartRequest & { account?: Pick<Account, 'uid' | 'gid'> | undefined },
  cgroup: Cgroup | undefined,
  way: StartWay = 'starter',
): Promise<Start> {
  if (way === 'starter' && request.account === undefined && isFit(request)) {
    const started = await (await prepareStarter())?.start(request, cgroup?.directory);
    if (started !== undefined && started !== 'failed') return started;
  }
  return cgroup === undefined ? startByExeca(request) : cgroup.startInside(() => startByExeca(request));
}

let current: Promise<Starter | undefined> | undefined;

/** Launches the starter of this process if none runs, so that the first command need not wait for it. */
export async function prepareStarter(): Promise<Starter | undefined> {
  current ??= launchStarter();
  const awaited = current;
  const starter = await awaited;
  if (starter === undefined || starter.isOpen()) return starter;
  // Whoever finds it gone first launches its successor.
  if (current === awaited) current = launchStarter();
  return prepareStarter();
}
