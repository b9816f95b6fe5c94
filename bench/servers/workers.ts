import { fileURLToPath } from 'node:url';
import { startProcess } from '../waits/processes.ts';
import { apiKey } from './machine.ts';
import { onAllProcessors } from './processors.ts';

/** A `nightshift worker` in a process of its own. */
export interface WorkerProcess {
  readonly pid: number;
  stop(): Promise<void>;
}

/** Where a worker works, and for whom. */
export interface WorkerSetting {
  /** The server. */
  url: string;
  /** The directory of its plan files. */
  directory: string;
  plans: readonly string[];
  name: string;
  labels?: readonly string[];
  concurrency?: number;
}

const entry = fileURLToPath(new URL('../../orchestrator/nightshift.mjs', import.meta.url));

/** Starts the real command line as a worker, on all processors; resolves when it has made its plan known. */
export function startWorker(setting: WorkerSetting): Promise<WorkerProcess> {
  const { url, directory, plans, name, labels = [], concurrency = 1 } = setting;
  const { PATH, HOME } = process.env;
  return startProcess({
    name: `worker ${name}`,
    command: [
      ...onAllProcessors(),
      process.execPath,
      entry,
      'worker',
      ...plans,
      '--name',
      name,
      '--concurrency',
      String(concurrency),
      ...(labels.length === 0 ? [] : ['--labels', labels.join(',')]),
    ],
    cwd: directory,
    env: { PATH, HOME, API_BASE: url, API_KEY: apiKey },
    ready: /^Worker /,
    readyOn: 'stderr',
    endsBy: 'SIGTERM',
  });
}
