import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { endOrphans } from '../../../orchestrator/command/endOrphans.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

const forkTree = fileURLToPath(new URL('../../fixtures/commands/forkTree.mjs', import.meta.url));

/** Starts the leader of a group that carries a cookie, as a worker does that is gone by now. */
function startLeader(cookie: string | undefined, ...command: string[]): ChildProcess {
  const [file = '', ...args] = command;
  const env = { ...process.env, ...(cookie && { NIGHTSHIFT_ATTEMPT: cookie }) };
  const child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It is gone.
    }
  });
  return child;
}

async function textOf({ stdout }: ChildProcess, isWhole: (text: string) => boolean): Promise<string> {
  let text = '';
  for (; !isWhole(text); ) text += String((await once(stdout as NodeJS.ReadableStream, 'data'))[0]);
  return text;
}

const of = (cookie: string, more: Partial<Parameters<typeof endOrphans>[0]> = {}) =>
  endOrphans({ cookie, leader: undefined, cgroup: undefined, mayStart: () => false, ...more });

it.each(['polite', 'stubborn'])(
  'What a killed worker has left is ended, %s or not, leader and all',
  async (mode) => {
    const cookie = randomUUID();
    const leader = startLeader(cookie, process.execPath, forkTree, '2', mode);
    const pids = pidsIn(await textOf(leader, (text) => pidsIn(text).length === 3));
    expect(await of(cookie, { leader: leader.pid })).toMatchObject({ survivors: [] });
    expect(pids.filter(isAlive)).toEqual([]);
  },
);

it('What is of the group but has cleared its environment is ended as well, also where nobody knows the leader', async () => {
  const cookie = randomUUID();
  const leader = startLeader(cookie, 'sh', '-c', 'env -i sleep 600 & echo "pid $!"; sleep 600');
  const pids = pidsIn(await textOf(leader, (text) => pidsIn(text).length === 1));
  expect(await of(cookie)).toMatchObject({ survivors: [] });
  expect([leader.pid ?? 0, ...pids].filter(isAlive)).toEqual([]);
});

it('What has the number of the leader by now, and carries no cookie, is left alone, and nobody can say what is left', async () => {
  const stranger = startLeader(undefined, 'sleep', '600');
  expect(await of(randomUUID(), { leader: stranger.pid })).toBeUndefined();
  expect(isAlive(stranger.pid ?? 0)).toBe(true);
});

it('A command that may be about to start is waited for, and ended once it has', async () => {
  const cookie = randomUUID();
  let leader: ChildProcess | undefined;
  const mayStart = () => {
    if (leader !== undefined) return false;
    leader = startLeader(cookie, 'sleep', '600');
    return true;
  };
  expect(await of(cookie, { mayStart })).toMatchObject({ survivors: [] });
  expect(isAlive(leader?.pid ?? 0)).toBe(false);
  expect(await of(cookie, { mayStart: () => true })).toBeUndefined();
});

it('Where nothing is left there is nothing to end', async () => {
  expect(await of(randomUUID(), { leader: 2 ** 22 - 1 })).toMatchObject({ survivors: [] });
});
