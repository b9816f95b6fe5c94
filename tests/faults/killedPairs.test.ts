import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { readState } from '../../orchestrator/command/processTable.ts';
import { isAlive, pidsIn } from '../orchestrator/support/alive.ts';
import { spawnNode } from '../support/spawnNode.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/commands/${name}`, import.meta.url));

const roles = ['worker', 'guard', 'starter', 'command', 'grandchild'] as const;
type Role = (typeof roles)[number];
const pairs = roles.flatMap((one, index) => roles.slice(index + 1).map((other) => [one, other] as const));

/** A child of a process by the name that it goes by. */
function childOf(parent: number, name: string): number {
  const found = readdirSync('/proc').find((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || readState(pid)?.parent !== parent) return false;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(name);
  });
  return Number(found ?? 0);
}

/** Starts a worker with a command that has a child and a grandchild, none of which heeds SIGTERM. */
async function begin() {
  const child = spawnNode([
    fixture('runCommand.ts'),
    'wait',
    process.execPath,
    fixture('forkTree.mjs'),
    '2',
    'stubborn',
  ]);
  onTestFinished(() => child.kill('SIGKILL'));
  await child.printed(/pid \d+[\s\S]+pid \d+[\s\S]+pid \d+\n/);
  const [command = 0, between = 0, grandchild = 0] = pidsIn(child.stdout());
  const pids: Record<Role, number> = {
    worker: child.pid,
    guard: childOf(child.pid, 'nightshift-guard'),
    starter: childOf(child.pid, 'nightshift-starter'),
    command,
    grandchild,
  };
  expect(Object.values(pids).every(isAlive)).toBe(true);
  return { child, pids, tree: [command, between, grandchild] };
}

it.each(pairs)(
  'kill -9 of the %s and the %s at once leaves nothing behind, and is told as it was',
  async (...pair) => {
    const { child, pids, tree } = await begin();
    const isKilled = (role: Role) => pair.includes(role);
    for (const role of pair) process.kill(pids[role], 'SIGKILL');
    if (isKilled('worker')) {
      await expect.poll(() => [...tree, pids.guard, pids.starter].filter(isAlive)).toEqual([]);
      return;
    }
    // A command goes on without its grandchild, and without the guard.
    if (!isKilled('command') && !isKilled('starter')) process.kill(pids.command, 'SIGKILL');
    const [, result = ''] = await child.printed(/^(\{"ending".*)$/m);
    const { ending, survivors } = JSON.parse(result);
    expect(ending).toEqual(
      isKilled('starter')
        ? isKilled('command')
          ? expect.objectContaining({ kind: expect.stringMatching(/^(signal|interrupted)$/) })
          : expect.objectContaining({ kind: 'interrupted' })
        : { kind: 'signal', signal: 'SIGKILL' },
    );
    expect(survivors).toEqual([]);
    expect(tree.filter(isAlive)).toEqual([]);
    const helpers = ['nightshift-guard', 'nightshift-starter'].map((name) => childOf(child.pid, name));
    await child.kill('SIGKILL');
    await expect.poll(() => helpers.filter((pid) => pid > 0 && isAlive(pid))).toEqual([]);
  },
);
