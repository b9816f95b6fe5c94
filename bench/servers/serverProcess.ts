import { writeFileSync } from 'node:fs';
import { startProcess } from '../waits/processes.ts';
import { onAllProcessors, onFirstProcessor } from './processors.ts';
import { readCpuMillis, readProc } from './processTimes.ts';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
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
  limitMs?: number,
): Promise<ServerProcess> {
  const where = processors === 'first' ? onFirstProcessor() : onAllProcessors();
  const { pid, said, startMillis, stop } = await startProcess({
    name,
    command: [...where, process.execPath, program.pathname],
    env: { ...process.env, ...env },
    ready: /^listening (\S+)$/,
    readyOn: 'stdout',
    endsBy: 'stdin',
    limitMs,
  });
  return {
    name,
    pid,
    url: said,
    startMillis,
    stop,
    cpuMillis: () => readCpuMillis(pid),
    memory: () => readMemory(pid, 'VmRSS'),
    peakMemory: () => readMemory(pid, 'VmHWM'),
    forgetPeak: () => forgetPeak(pid),
  };
}

/** Bytes of memory that a process has, or the most that it had; null where the system does not tell. */
export function readMemory(pid: number, field: 'VmRSS' | 'VmHWM'): number | null {
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
