import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../data/temporary.ts';
import { type EndedTask, openApi } from '../servers/api.ts';
import { startWorker, type WorkerProcess, type WorkerSetting } from '../servers/workers.ts';

/** One entry of a plan file, as its author writes it. */
export interface PlannedStep {
  task: string;
  cmd: readonly [string, ...(readonly string[])[]];
  needs?: readonly string[];
  labels?: readonly string[];
}

/** Plan files, workers and runs for measuring whole steps. */
export interface Stage {
  /** Writes a plan file for the workers that start after. */
  writePlan(name: string, plan: { concurrency: number; steps: readonly PlannedStep[] }): void;
  /** Starts a worker; resolves when it waits for work. */
  startWorker(setting: Omit<WorkerSetting, 'directory'>): Promise<WorkerProcess>;
  /** Starts a run over one server, waits until it has ended, and gives its tasks. @throws when one did not succeed */
  run(url: string, plan: string, options?: { everyMs?: number; withLogs?: boolean }): Promise<EndedRun>;
  /** Runs a plan of one step, and gives the milliseconds from asking for it until the server tells that it succeeded. */
  timeOneStep(url: string, plan: string): Promise<number>;
  close(): Promise<void>;
}

/** A run that has ended. */
export interface EndedRun {
  /** When its start was asked for, by this computer's clock. */
  askedAt: number;
  /** Milliseconds from then until its end was seen. */
  millis: number;
  /** The first started first. */
  tasks: EndedTask[];
}

/** Makes a directory for plan files and logs, which goes away in the end, with all workers. */
export function openStage(): Stage {
  const directory = temporaryDirectory('steps');
  const workers: WorkerProcess[] = [];
  return {
    writePlan(name, plan) {
      writeFileSync(join(directory, `${name}.plan.mjs`), `export default ${JSON.stringify(plan)};\n`);
    },
    async startWorker(setting) {
      const worker = await startWorker({ ...setting, directory });
      workers.push(worker);
      return worker;
    },
    async run(url, plan, { everyMs = 100, withLogs = false } = {}) {
      const api = openApi(url, runLimitMs);
      const runId = nextId(plan);
      const [askedAt, began] = [Date.now(), performance.now()];
      await api.startRun(plan, runId);
      await api.ended(runId, everyMs);
      const millis = performance.now() - began;
      return { askedAt, millis, tasks: await api.succeededTasks(runId, withLogs) };
    },
    timeOneStep: (url, plan) => openApi(url).timeOneStep(plan, nextId(plan)),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The longest run of 500 steps takes half a minute on a busy machine. */
const runLimitMs = 10 * 60_000;

let runs = 0;

function nextId(plan: string): string {
  runs += 1;
  return `${plan}-${process.pid}-${runs}`;
}
