import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endTree } from './processTree.ts';
import { patienceMs, WaitedTooLong, within } from './within.ts';

/** A program to start: how to call it, how it says that it is ready, and how it is asked to end. */
export interface Program {
  /** What an error calls it. */
  name: string;
  command: readonly string[];
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** Matches the line by which it says that it is ready. Other lines on stderr are shown unless it is there that it says so. */
  ready: RegExp;
  readyOn: 'stdout' | 'stderr';
  /** It ends when its stdin does, or by SIGTERM. */
  endsBy: 'stdin' | 'SIGTERM';
  /** How long it may take to become ready. */
  limitMs?: number;
}

/** A process that the bench has started, and that does not outlive it. */
export interface OwnProcess {
  readonly pid: number;
  /** What the first group of `ready` matched. */
  readonly said: string;
  /** Milliseconds from its start until it was ready. */
  readonly startMillis: number;
  /** Writes a line to its stdin and gives the next line of its stdout. */
  ask(line: string, limitMs?: number): Promise<string>;
  /** Asks it to end and waits for that; ends it, and all that it has started, when that takes too long. */
  stop(limitMs?: number): Promise<void>;
}

/** How long what is asked to end may take for it. */
const endingMs = 60_000;

/** Starts a program and waits until it is ready. What does not become ready is ended. */
export async function startProcess(program: Program): Promise<OwnProcess> {
  const { name, command, cwd, env, readyOn, endsBy, limitMs = patienceMs } = program;
  const [file = '', ...args] = command;
  const began = performance.now();
  const child = spawn(file, args, {
    cwd,
    env,
    stdio: [
      endsBy === 'stdin' ? 'pipe' : 'ignore',
      readyOn === 'stdout' ? 'pipe' : 'ignore',
      readyOn === 'stderr' ? 'pipe' : 'inherit',
    ],
    detached: true,
  });
  own(child);
  const words = readWords(name, child);
  const endOnFailure = (error: unknown): never => {
    endChild(child);
    throw error;
  };
  const said = await within(`${name} to be ready`, words.match(program.ready), limitMs).catch(endOnFailure);
  const startMillis = performance.now() - began;
  return {
    pid: child.pid ?? 0,
    said,
    startMillis,
    async ask(line, askMs) {
      const answer = words.match(/^(.*)$/);
      child.stdin?.write(`${line}\n`);
      return await within(`${name} to answer “${line}”`, answer, askMs).catch(endOnFailure);
    },
    async stop(stopMs = endingMs) {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      if (endsBy === 'stdin') child.stdin?.end();
      else child.kill('SIGTERM');
      await within(`${name} to end`, ended, stopMs).catch(endOnFailure);
    },
  };
}

/** Runs a short program to its end and says whether it succeeded. */
export function succeeds(command: string, args: readonly string[], limitMs = patienceMs): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: limitMs, killSignal: 'SIGKILL' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') return false;
    throw new WaitedTooLong(`${[command, ...args].join(' ')} to end`, limitMs);
  }
}

/** Ends at once whatever `startProcess` has started and what has not ended. */
export function endProcesses(): void {
  for (const child of running) endChild(child);
}

const running = new Set<ChildProcess>();

let isGuarded = false;

function own(child: ChildProcess): void {
  if (!isGuarded) process.once('exit', endProcesses);
  isGuarded = true;
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stdin?.on('error', () => {});
}

function endChild(child: ChildProcess): void {
  if (child.pid !== undefined && !hasEnded(child)) endTree(child.pid);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Reads the lines of a process, and gives the next one that matches; rejects when it ends before. */
function readWords(name: string, child: ChildProcess): { match(pattern: RegExp): Promise<string> } {
  const input = child.stdout ?? child.stderr;
  if (!input) throw new Error(`${name} has no output.`);
  const lines = createInterface({ input });
  const last: string[] = [];
  lines.on('line', (line) => {
    last.push(line);
    if (last.length > 20) last.shift();
  });
  return {
    match: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (line: string) => {
          const found = pattern.exec(line);
          if (found) settle(() => resolve(found[1] ?? ''));
        };
        const leave = () =>
          settle(() => reject(new Error(`${name} ended too soon. ${last.join('\n')}`.trim())));
        const fail = (error: Error) => settle(() => reject(error));
        const settle = (act: () => void) => {
          lines.off('line', look);
          child.off('close', leave);
          child.off('error', fail);
          act();
        };
        if (hasEnded(child)) return leave();
        lines.on('line', look);
        child.once('close', leave);
        child.once('error', fail);
      }),
  };
}
