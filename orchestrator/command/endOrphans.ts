import { setTimeout as wait } from 'node:timers/promises';
import type { Cgroup } from './cgroup.ts';
import { type EndedProcesses, endProcesses } from './endProcesses.ts';
import { findByCookie, listPids, readState } from './processTable.ts';

/** What is known of an attempt whose worker is gone. */
export interface Orphans {
  cookie: string;
  /** Which process led the group of its command; undefined where the worker may have died while it started it. */
  leader: number | undefined;
  cgroup: Cgroup | undefined;
  /** Says whether something may be there still that is about to start the command. */
  mayStart(): boolean;
}

/**
 * Ends what is left of an attempt whose worker is gone, as its guard does, which may have died as well. Gives what could
 * not be ended; undefined where nobody can say whether something is left. Numbers of processes are given out again, so a
 * group is only ended while one of it carries the cookie.
 */
export async function endOrphans(orphans: Orphans): Promise<EndedProcesses | undefined> {
  if (listPids() === undefined) return undefined;
  const { cookie, cgroup } = orphans;
  if (orphans.leader === undefined && !(await within(() => !orphans.mayStart()))) return undefined;
  // Mostly the guard has ended everything long ago.
  if (isGone(orphans)) return settled(cgroup, { wasAlive: false, survivors: [] });
  const leader = orphans.leader ?? leaderOf(cookie);
  const isOurs = () => leader !== undefined && findByCookie(cookie).pids.some((pid) => isMember(pid, leader));
  // The guard ends the others of the group, whatever they carry.
  const isClear = () => leader === undefined || isOurs() || !hasMembers(leader);
  if (!(await within(isClear))) return undefined;
  const processes = { leader: isOurs() && leader ? leader : noLeader, cookie, cgroup, startedAt };
  const ended = settled(cgroup, await endProcesses(processes, graceMs).gone);
  return leader !== undefined && ended.survivors.length === 0 && hasMembers(leader) ? undefined : ended;
}

/** Says for sure that nothing of an attempt is left. */
function isGone({ cookie, leader, cgroup }: Orphans): boolean {
  const { pids, isSure } = findByCookie(cookie);
  if (!isSure || pids.length > 0 || (cgroup?.pids() ?? []).length > 0) return false;
  return leader === undefined || !hasMembers(leader);
}

function settled(cgroup: Cgroup | undefined, ended: EndedProcesses): EndedProcesses {
  cgroup?.remove();
  return ended;
}

// No process has this number on any system that has /proc.
const noLeader = 2 ** 31 - 1;

// It began so long ago that any number may be that of one of its processes.
const startedAt = Number.NEGATIVE_INFINITY;

/** As long as a guard leaves. */
const graceMs = 500;

// Less than any lease has left, and a busy machine's guard takes its time.
const patienceMs = 10_000;

/** Waits until it is so, at most for some time; says whether it came true. */
async function within(isSo: () => boolean): Promise<boolean> {
  for (const end = performance.now() + patienceMs; !isSo(); await wait(50))
    if (performance.now() > end) return false;
  return true;
}

/** The process that leads a group of its own and carries the cookie, if there is one. */
function leaderOf(cookie: string): number | undefined {
  return findByCookie(cookie).pids.find((pid) => isMember(pid, pid));
}

function hasMembers(leader: number): boolean {
  return listPids()?.some((pid) => isMember(pid, leader)) ?? true;
}

/** Says whether a process lives and is of a group. */
function isMember(pid: number, leader: number): boolean {
  const state = readState(pid);
  return state !== undefined && !state.ended && state.group === leader;
}
