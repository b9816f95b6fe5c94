import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { within } from '../measure/within.ts';
import { apiKey } from './machine.ts';
import { onAllProcessors } from './processors.ts';
import { readCpuMillis } from './processTimes.ts';

/** A `nightshift worker` in a process of its own. */
export interface WorkerProcess {
  /** Processor time of it and of the commands that it has run, in milliseconds; null where the system does not tell. */
  cpuMillis(): number | null;
  stop(): Promise<void>;
}

/** Where a worker works, and for whom. */
export interface WorkerSetting {
  /** The server. */
  url: string;
  /** The directory of its plan files. */
  directory: string;
  plan: string;
  name: string;
  labels?: readonly string[];
  concurrency?: number;
}

const entry = fileURLToPath(new URL('../../orchestrator/nightshift.ts', import.meta.url));

/** Starts the real command line as a worker, on all processors; resolves when it has made its plan known. */
export async function startWorker(setting: WorkerSetting): Promise<WorkerProcess> {
  const { url, directory, plan, name, labels = [], concurrency = 1 } = setting;
  const [command = '', ...args] = [
    ...[...onAllProcessors(), process.execPath, entry, 'worker', plan],
    ...['--name', name, '--concurrency', String(concurrency)],
    ...(labels.length === 0 ? [] : ['--labels', labels.join(',')]),
  ];
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH, HOME, API_BASE: url, API_KEY: apiKey },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface({ input: child.stderr });
  const said: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('Worker ')) resolve();
      if (said.length < 20) said.push(line);
    });
    child.once('exit', () => reject(new Error(`Worker ${name} ended: ${said.join('\n')}`)));
  });
  await within(`worker ${name} to make its plan known`, ready);
  return {
    cpuMillis: () => readCpuMillis(child.pid ?? 0, true),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await within(`worker ${name} to end`, ended).finally(() => child.kill('SIGKILL'));
    },
  };
}
