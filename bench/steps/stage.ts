import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, expectType } from '../../client/index.ts';
import { apiKey } from '../servers/machine.ts';
import { startWorker, type WorkerProcess, type WorkerSetting } from '../servers/workers.ts';

/** One entry of a plan file, as its author writes it. */
export interface PlannedStep {
  task: string;
  cmd: readonly [string, ...(readonly string[])[]];
  needs?: readonly string[];
  labels?: readonly string[];
}

/** A task as the server has it when its run is over; times in milliseconds since 1970, by the database's clock. */
export interface EndedTask {
  task: string;
  startedAt: number;
  finishedAt: number;
  logExcerpt: string;
}

/** Plan files, workers and runs for measuring whole steps. */
export interface Stage {
  /** Writes a plan file for the workers that start after. */
  writePlan(name: string, plan: { concurrency: number; steps: readonly PlannedStep[] }): void;
  /** Starts a worker; resolves when it waits for work. */
  startWorker(setting: Omit<WorkerSetting, 'directory'>): Promise<WorkerProcess>;
  /** Starts a run over one server, waits until it is over, and gives its tasks. @throws when one did not succeed */
  run(url: string, plan: string, everyMs?: number): Promise<EndedRun>;
  close(): Promise<void>;
}

/** A run that is over. */
export interface EndedRun {
  /** When its start was asked for, by this computer's clock. */
  askedAt: number;
  /** When the transaction that started it began, by the database's clock. */
  createdAt: number;
  tasks: EndedTask[];
}

/** Makes a directory for plan files and logs, which goes away in the end, with all workers. */
export function openStage(): Stage {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-bench-steps-'));
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
    async run(url, plan, everyMs = 100) {
      const client = createClient({ url, apiKey });
      const askedAt = Date.now();
      const { runId, createdAt } = expectType(await client.startRun({ plan, runId: nextId(plan) }), 'Run');
      return { askedAt, createdAt: Date.parse(createdAt), tasks: await endedTasks(client, runId, everyMs) };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let runs = 0;

function nextId(plan: string): string {
  runs += 1;
  return `${plan}-${process.pid}-${runs}`;
}

const patienceMs = 20 * 60_000;

async function endedTasks(client: Client, runId: string, everyMs: number): Promise<EndedTask[]> {
  const end = performance.now() + patienceMs;
  for (;;) {
    await wait(everyMs);
    const counts = (await client.run(runId))?.counts;
    if (counts && counts.queued + counts.running === 0) break;
    if (performance.now() > end)
      throw new Error(`Waited ${patienceMs / 1000} s for run ${runId} to end: ${JSON.stringify(counts)}.`);
  }
  const tasks: EndedTask[] = [];
  for await (const { id } of client.walkTasks({ runId: [runId] })) {
    const task = await client.task({ id });
    if (task?.status !== 'SUCCEEDED') throw new Error(`${task?.task} is ${task?.status}: ${task?.reason}`);
    const [startedAt, finishedAt] = [Date.parse(task.startedAt ?? ''), Date.parse(task.finishedAt ?? '')];
    tasks.push({ task: task.task, startedAt, finishedAt, logExcerpt: task.logExcerpt ?? '' });
  }
  return tasks.sort((a, b) => a.startedAt - b.startedAt);
}
