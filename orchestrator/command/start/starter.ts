import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Ending } from '../../outcome/ending.ts';
import { cookieVariable, makeCookie, withCookie } from '../cookie.ts';
import { findByCookie } from '../processTable.ts';
import type { StartedCommand, StartRequest } from './startedCommand.ts';
import { endingOf, frame, setsidNumbers } from './starterProtocol.ts';
import { starterScript } from './starterScript.ts';

/** A small process that starts commands, since what a start costs grows with the size of the process that forks. */
export interface Starter {
  /**
   * Starts a command, in a control group where one is named. `failed`: it could not be started, and has not begun; `lost`:
   * the starter is gone, and whether it had begun is not known, but nothing begins any more.
   */
  start(request: StartRequest, cgroup: string | undefined): Promise<StartedCommand | 'failed' | 'lost'>;
  /** Whether it still runs. */
  isOpen(): boolean;
}

/** One command that was asked for. */
interface Asked {
  begun: PromiseWithResolvers<StartedCommand | 'failed' | 'lost'>;
  exited: PromiseWithResolvers<Ending>;
  timer: NodeJS.Timeout;
  /** Whether it was heard of. */
  isAnswered: boolean;
}

const perl = '/usr/bin/perl';

/** What all starters of this process carry: while one is there, it may start a command that it was asked for. */
export const starterCookie = makeCookie();

/** Milliseconds in which it must answer; one that does not is ended. */
const answerMs = 30_000;

/** Launches a starter; undefined where there can be none: no Linux, no Perl, an old kernel, or no `/proc`. */
export async function launchStarter(program = perl): Promise<Starter | undefined> {
  const setsid = process.platform === 'linux' ? setsidNumbers.get(process.arch) : undefined;
  if (setsid === undefined) return undefined;
  const cookie = makeCookie();
  const child = spawn(program, ['-e', starterScript, String(setsid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: withCookie({ [cookieVariable]: starterCookie }, cookie),
  });
  const { stdin, stdout } = child;
  const asked = new Map<string, Asked>();
  const ready = Promise.withResolvers<boolean>();
  let isOpen = true;
  let count = 0;

  const endSilent = (id: string) => {
    if (asked.get(id)?.isAnswered === false) child.kill('SIGKILL');
  };
  const send = (...fields: readonly string[]) => void stdin.write(frame(fields));
  const keepAlive = () => isOpen && holdOpen(child, asked.size > 0);
  const forget = (id: string) => {
    clearTimeout(asked.get(id)?.timer);
    asked.delete(id);
    keepAlive();
  };
  const openOutput = (descriptor: string) =>
    new Socket({ fd: openSync(`/proc/${child.pid}/fd/${descriptor}`, 'r'), readable: true, writable: false });

  function onStarted(id: string, pid: number, descriptors: readonly string[]): void {
    const one = asked.get(id);
    if (one === undefined) return;
    one.isAnswered = true;
    clearTimeout(one.timer);
    const [stdout, stderr] = descriptors.map((descriptor) => {
      try {
        return openOutput(descriptor);
      } catch (error) {
        one.exited.resolve(unread(error as NodeJS.ErrnoException));
        endGroup(pid);
        return Readable.from([]);
      }
    });
    send('opened', id);
    one.begun.resolve({
      pid,
      stdout: stdout ?? Readable.from([]),
      stderr: stderr ?? Readable.from([]),
      exited: one.exited.promise,
      release: () => forget(id),
    });
  }

  function onLine(line: string): void {
    const [what, id = '', ...rest] = line.split(' ');
    if (what === 'ready') ready.resolve(canOpen(id, openOutput));
    else if (what === 'started') onStarted(id, Number(rest[0]), rest.slice(1));
    else if (what === 'failed') {
      asked.get(id)?.begun.resolve('failed');
      forget(id);
    } else if (what === 'ended') {
      asked.get(id)?.exited.resolve(endingOf(Number(rest[0])));
      forget(id);
    }
  }

  async function onGone(): Promise<void> {
    isOpen = false;
    ready.resolve(false);
    // What it had forked has its environment until it executes its own program.
    for (let tries = 0; tries < 100 && asked.size > 0 && findByCookie(cookie).pids.length > 0; tries++)
      await wait(20);
    for (const [id, { begun, exited }] of asked) {
      begun.resolve('lost');
      exited.resolve(lostEnding);
      forget(id);
    }
  }

  createInterface({ input: stdout }).on('line', onLine);
  child.once('close', onGone);
  child.once('error', onGone);
  stdin.on('error', () => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), answerMs);
  const isReady = await ready.promise;
  clearTimeout(timer);
  if (!isReady) {
    child.kill('SIGKILL');
    return undefined;
  }
  send('opened', 'ready');
  keepAlive();
  return {
    isOpen: () => isOpen,
    start({ file, args, cwd, env }, cgroup = '') {
      const id = String(count++);
      const one: Asked = {
        begun: Promise.withResolvers(),
        exited: Promise.withResolvers(),
        // A worker that was held up itself reads what has come meanwhile before it gives up.
        timer: setTimeout(() => setImmediate(() => setImmediate(endSilent, id)), answerMs),
        isAnswered: false,
      };
      asked.set(id, one);
      keepAlive();
      send('start', id, cwd, cgroup, file, String(args.length), ...args, ...Object.entries(env).flat());
      return one.begun.promise;
    },
  };
}

/** How a command ended whose starter was killed. */
export const lostEnding: Ending = {
  kind: 'interrupted',
  by: 'its worker, since the process that had started it was killed',
};

/** How a command ended whose output cannot be read; without its starter there is nothing to be opened. */
function unread({ code, message }: NodeJS.ErrnoException): Ending {
  if (code === 'ENOENT' || code === 'ESRCH') return lostEnding;
  return { kind: 'unstartable', why: `its output could not be opened, so it was ended: ${message}` };
}

function canOpen(descriptor: string, open: (descriptor: string) => Socket): boolean {
  try {
    open(descriptor).destroy();
    return true;
  } catch {
    return false;
  }
}

/** While commands run, this process waits for their end; otherwise the starter keeps it from nothing. */
function holdOpen(child: ChildProcess, isBusy: boolean): void {
  const streams = [child.stdin, child.stdout].filter((stream) => stream instanceof Socket);
  for (const handle of [child, ...streams]) isBusy ? handle.ref() : handle.unref();
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
