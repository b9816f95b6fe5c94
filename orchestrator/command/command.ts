import type { Ending } from '../outcome/ending.ts';
import { makeCgroup } from './cgroup.ts';
import { makeCookie, withCookie } from './cookie.ts';
import { type AttemptProcesses, type EndingProcesses, endProcesses } from './endProcesses.ts';
import { guardAttempt } from './guard.ts';
import { readAll, readRest, watchSilence } from './readers.ts';
import type { Account } from './runAs/account.ts';
import { type StartWay, startCommand } from './start/startCommand.ts';
import type { StartRequest } from './start/startedCommand.ts';
import { lostEnding } from './start/starter.ts';

/** One command to run: what, where, with what, and for how long. */
export interface CommandRequest extends StartRequest {
  /** @default 'starter' */
  way?: StartWay | undefined;
  timeoutMs: number;
  /** Ends the command when it has printed nothing for so many milliseconds; the time that its output waits for us is none. */
  idleTimeoutMs?: number | undefined;
  /** Has everything ended when this process hangs for so many milliseconds, stopped or blocked. @default never */
  hangMs?: number | undefined;
  /** The user and group that it runs with. @default this process's own */
  account?: Pick<Account, 'uid' | 'gid'> | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs: number;
  /** Whether a control group is made for it, where one can be made. @default true */
  cgroup?: boolean | undefined;
  /** Ends the command; its reason names what did, or is a cancellation. */
  signal: AbortSignal;
  /** Told the cookie of the attempt before anything is started; where it throws, nothing is. */
  onBegin?: ((cookie: string) => void) | undefined;
  /** Told the pid, which is its process group's too, as soon as there is one. */
  onStart?(pid: number): void;
  /** Takes the output; the command waits while this does. */
  onOutput(chunk: Uint8Array, stream: 'stdout' | 'stderr'): Promise<void> | void;
}

/** The reason of a signal by which somebody cancels a command; every other reason interrupts it. */
export interface Cancellation {
  cancelled: true;
  /** Who did. */
  by?: string | undefined;
}

/** How a command ended. */
export interface CommandResult {
  ending: Ending;
  /** Processes were still there when the command itself was done, and were ended. */
  leftBehind: boolean;
  /** Processes that could not be ended, by number; a process group, of which no more is known, by its negative. */
  survivors: readonly number[];
  /** A process outside of it holds its output and went on writing; what it wrote later was not read. */
  goesOn?: true;
}

/**
 * Runs a command in a process group of its own, without a shell and with stdin closed, and returns when everything
 * that it started is gone, or cannot be ended. A timeout, silence, cancellation and interruption end it: SIGTERM, a grace
 * period, SIGKILL. Never throws for what the command does.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  if (request.signal.aborted) return unstarted(endedBy(request.signal.reason));
  const cookie = makeCookie();
  request.onBegin?.(cookie);
  const guarded = guardAttempt(cookie, request.hangMs);
  const startedAt = performance.now();
  const cgroup = request.cgroup === false ? undefined : makeCgroup(cookie);
  const child = await startCommand({ ...request, env: withCookie(request.env, cookie) }, cgroup, request.way);
  if (child === 'lost' || 'why' in child) {
    const left =
      child === 'lost'
        ? await endProcesses({ leader: undefined, cookie, cgroup, startedAt }, request.graceMs).gone
        : undefined;
    guarded.end();
    cgroup?.remove();
    const ending = child === 'lost' ? lostEnding : ({ kind: 'unstartable', why: child.why } as const);
    return { ...unstarted(ending), survivors: left?.survivors ?? [] };
  }
  const { pid } = child;
  guarded.leads(pid);
  const processes: AttemptProcesses = { leader: pid, cookie, cgroup, startedAt };
  request.onStart?.(pid);

  let ending: EndingProcesses | undefined;
  let stopped: Ending | undefined;
  const givenUp = Promise.withResolvers<Ending>();
  const stop = (why: Ending) => {
    stopped ??= why;
    if (ending !== undefined) return;
    ending = endProcesses(processes, request.graceMs);
    // The command itself may be what cannot be ended.
    void ending.gone.then(() => givenUp.resolve(why));
  };
  const timer = setTimeout(() => stop({ kind: 'timeout', afterMs: request.timeoutMs }), request.timeoutMs);
  const onAbort = () => stop(endedBy(request.signal.reason));
  request.signal.addEventListener('abort', onAbort);
  if (request.signal.aborted) onAbort();
  const isOver = endAtExit(processes);

  const readers = [
    readAll(child.stdout, (chunk) => request.onOutput(chunk, 'stdout')),
    readAll(child.stderr, (chunk) => request.onOutput(chunk, 'stderr')),
  ];
  const stopWatching = watchSilence(readers, request.idleTimeoutMs, stop);
  const exit = await Promise.race([child.exited, givenUp.promise]);
  // Nobody would see its end any more.
  if (exit.kind === 'interrupted') stop(exit);
  clearTimeout(timer);
  stopWatching();
  request.signal.removeEventListener('abort', onAbort);

  const ended = ending ?? endProcesses(processes, request.graceMs, drainMs);
  const { wasAlive, survivors } = await ended.gone;
  const hungMs = guarded.hungMs();
  if (hungMs !== undefined && exit.kind === 'signal')
    stopped ??= {
      kind: 'interrupted',
      by: `its guard, since the worker hung for ${Math.round(hungMs / 1000)} s`,
    };
  guarded.end();
  cgroup?.remove();
  const goesOn = await readRest(readers);
  child.release();
  isOver();
  const leftBehind = stopped === undefined && wasAlive;
  return { ending: stopped ?? exit, leftBehind, survivors, ...(goesOn ? { goesOn } : {}) };
}

const running = new Set<AttemptProcesses>();

/** Ends a command with this process, the last resort should it end without having waited; what it returns ends that. */
function endAtExit(processes: AttemptProcesses): () => void {
  if (running.size === 0) process.once('exit', endRunning);
  running.add(processes);
  return () => {
    running.delete(processes);
    if (running.size === 0) process.removeListener('exit', endRunning);
  };
}

function endRunning(): void {
  for (const processes of running) void endProcesses(processes, 0);
}

// What a finished command's descendants get to finish on their own before they are ended.
const drainMs = 500;

function endedBy(reason: unknown): Ending {
  return isCancellation(reason)
    ? { kind: 'cancelled', by: reason.by ?? null }
    : { kind: 'interrupted', by: String(reason) };
}

function isCancellation(reason: unknown): reason is Cancellation {
  return typeof reason === 'object' && reason !== null && 'cancelled' in reason && reason.cancelled === true;
}

function unstarted(ending: Ending): CommandResult {
  return { ending, leftBehind: false, survivors: [] };
}
