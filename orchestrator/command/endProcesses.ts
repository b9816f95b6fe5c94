import { setTimeout as wait } from 'node:timers/promises';
import type { Cgroup } from './cgroup.ts';
import { type CookieHolders, findByCookie, listPids, readState } from './processTable.ts';

/** By what the processes of one attempt are found. */
export interface AttemptProcesses {
  /** The command itself, which leads its process group; undefined where it is not known. */
  leader: number | undefined;
  /** What everything that it started has in its environment. */
  cookie: string;
  cgroup: Cgroup | undefined;
  /** When it began, by the clock of `performance`. */
  startedAt: number;
}

/** Processes that are being ended. */
export interface EndingProcesses {
  /** Resolves when nothing of them is left, or what is left cannot be ended. */
  gone: Promise<EndedProcesses>;
}

/** The result of ending an attempt's processes. */
export interface EndedProcesses {
  /** Something was there when their time to end by themselves was over. */
  wasAlive: boolean;
  /** What could not be ended, by number; a process group, of which no more is known, by its negative. */
  survivors: readonly number[];
}

/**
 * Ends everything that an attempt has started: after `delayMs`, if something of it is left, SIGTERM, and after
 * `graceMs` SIGKILL. With no time at all SIGKILL is sent at once.
 */
export function endProcesses(processes: AttemptProcesses, graceMs: number, delayMs = 0): EndingProcesses {
  if (graceMs === 0 && delayMs === 0) {
    signalAll(processes, 'SIGKILL');
    return { gone: untilKilled(processes) };
  }
  if (delayMs === 0) signalAll(processes, 'SIGTERM');
  return { gone: endSoftly(processes, graceMs, delayMs) };
}

async function endSoftly(
  processes: AttemptProcesses,
  graceMs: number,
  delayMs: number,
): Promise<EndedProcesses> {
  let wasAlive = true;
  if (delayMs > 0) {
    if (await untilGone(processes, delayMs)) return { wasAlive: false, survivors: [] };
    // What could not be looked into in all that time need not be of the attempt.
    wasAlive = findLiving(processes).length > 0;
    signalAll(processes, 'SIGTERM');
  }
  if (await untilGone(processes, graceMs)) return { wasAlive, survivors: [] };
  signalAll(processes, 'SIGKILL');
  const { survivors } = await untilKilled(processes);
  return { wasAlive: wasAlive || survivors.length > 0, survivors };
}

// One that hangs in the kernel is not waited for; a busy machine takes its time to end the others.
const killedMs = 30_000;
// What this process has not the right to end may still end by itself, once what it worked for is gone.
const forbiddenMs = 2000;

/** Kills until nothing is left that can be ended, since what is being killed may have started something meanwhile. */
async function untilKilled(processes: AttemptProcesses): Promise<EndedProcesses> {
  const begin = performance.now();
  const isLeft = openLook(processes);
  for (let pause = 2; isLeft(); pause = Math.min(pause * 2, 100)) {
    const survivors = findLiving(processes);
    const limitMs = survivors.every(isForbidden) ? forbiddenMs : killedMs;
    if (survivors.length > 0 && performance.now() - begin > limitMs) return { wasAlive: true, survivors };
    signalAll(processes, 'SIGKILL');
    await wait(pause);
  }
  return { wasAlive: true, survivors: [] };
}

/** Waits until no process is left, at most for some time; says whether that came true. */
async function untilGone(processes: AttemptProcesses, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  const isLeft = openLook(processes);
  for (let pause = 2; isLeft(); pause = Math.min(pause * 2, 100)) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await wait(Math.min(pause, left));
  }
  return true;
}

/** Sends a signal to each process once. */
function signalAll(processes: AttemptProcesses, signal: NodeJS.Signals): void {
  if (processes.leader !== undefined) signalGroup(processes.leader, signal);
  for (const pid of findStrays(processes)) signalOne(pid, signal);
  if (signal === 'SIGKILL') processes.cgroup?.kill();
}

// A busy machine takes its time to load a program; what takes longer is nothing of the attempt.
const doubtMs = 2000;

/**
 * Makes what says whether a process of an attempt is left. What is not sure counts as left for a while: a process whose
 * program is being loaded cannot be told from others, and would go on.
 */
function openLook(processes: AttemptProcesses): () => boolean {
  let lastSure = performance.now();
  return () => {
    // One that leaves the group between the two looks is found whatever group it is in.
    const { pids, isSure } = findHolders(processes);
    const isFound = isGroupAlive(processes.leader) || pids.length > 0;
    if (isFound || isSure) lastSure = performance.now();
    return isFound || (!isSure && performance.now() - lastSure < doubtMs);
  };
}

/** The numbers of all living processes of an attempt. */
function findLiving(processes: AttemptProcesses): number[] {
  const { leader } = processes;
  const members = leader === undefined ? [] : findMembers(leader);
  if (members !== undefined) return [...members, ...findStrays(processes)];
  return leader !== undefined && signalGroup(leader, 0) ? [-leader] : [];
}

/** Says whether this process has not the right to end another one. */
function isForbidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Finds the living processes of an attempt that have left its process group. */
function findStrays(processes: AttemptProcesses): number[] {
  return findHolders(processes).pids.filter((pid) => readState(pid)?.group !== processes.leader);
}

/** Finds the living processes of an attempt that carry its cookie or are in its control group. */
function findHolders({ leader, cookie, cgroup, startedAt }: AttemptProcesses): CookieHolders {
  // Within so short a time the numbers of processes do not begin anew twice.
  const isYoung = performance.now() - startedAt < 1000;
  const { pids, isSure } = findByCookie(cookie, isYoung ? leader : 0);
  const living = [...new Set([...pids, ...(cgroup?.pids() ?? [])])].filter(
    (pid) => pid !== process.pid && readState(pid)?.ended === false,
  );
  return { pids: living, isSure };
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone, or has become somebody else's.
  }
}

/** Sends a signal to every process of a group; says whether there was one. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    // EPERM: something is there, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Says whether a process of the group is left; one that has ended and only waits to be reaped does not count. */
function isGroupAlive(leader: number | undefined): boolean {
  return leader !== undefined && signalGroup(leader, 0) && findMembers(leader)?.length !== 0;
}

/** The living processes of a group; undefined where there is no `/proc`. */
function findMembers(leader: number): number[] | undefined {
  return listPids()?.filter((pid) => {
    const state = readState(pid);
    return state !== undefined && state.group === leader && !state.ended;
  });
}
