import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { within } from '../measure/within.ts';
import { onAllProcessors, onFirstProcessor } from './processors.ts';
import { readCpuMillis, readProc } from './processTimes.ts';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly name: string;
  readonly url: string;
  /** Milliseconds from its start to the line with its URL. */
  readonly startMillis: number;
  /** Processor time used so far by all its threads; null where the system does not tell. */
  cpuMillis(): number | null;
  /** Bytes of memory it has now; null where the system does not tell. */
  memory(): number | null;
  /** The most bytes of memory it had since the last call of `forgetPeak`; null where the system does not tell. */
  peakMemory(): number | null;
  forgetPeak(): void;
  stop(): Promise<void>;
}

/**
 * Starts a program that prints `listening <url>` and ends when its stdin does. On a system with `taskset` it gets a
 * processor of its own, so that the callers and the database do not take its time; with `processors: 'all'` it may
 * use every one.
 */
export async function startServerProcess(
  name: string,
  program: URL,
  env: Record<string, string>,
  processors: 'first' | 'all' = 'first',
): Promise<ServerProcess> {
  const where = processors === 'first' ? onFirstProcessor() : onAllProcessors();
  const [command = '', ...args] = [...where, process.execPath, program.pathname];
  const began = performance.now();
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await within(`${name} to listen`, readUrl(name, child));
  const startMillis = performance.now() - began;
  const pid = child.pid ?? 0;
  return {
    name,
    url,
    startMillis,
    cpuMillis: () => readCpuMillis(pid),
    memory: () => readMemory(pid, 'VmRSS'),
    peakMemory: () => readMemory(pid, 'VmHWM'),
    forgetPeak: () => forgetPeak(pid),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await within(`${name} to end`, ended).finally(() => child.kill('SIGKILL'));
    },
  };
}

async function readUrl(name: string, child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The process has no output.');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening (\S+)$/.exec(line)?.[1];
    if (url) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(`${name} ended before it listened; its last words stand above.`);
}

function readMemory(pid: number, field: 'VmRSS' | 'VmHWM'): number | null {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readProc(pid, 'status') ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Writing 5 to `clear_refs` sets the peak back to what the process has now (proc(5)). */
function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Without it the peak since the start is told, which is never less.
  }
}
