import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PlanDefinition } from '../../../contract/plan/definition.ts';
import { keyOf } from '../../support/keys.ts';
import { type NodeProcess, spawnNode } from '../../support/spawnNode.ts';

const entry = resolve(import.meta.dirname, '../../../orchestrator/nightshift.mjs');
const definePlan = resolve(import.meta.dirname, '../../../orchestrator/plan.ts');

/** Writes the file of a plan. */
export function writePlan(directory: string, name: string, plan: PlanDefinition): void {
  writeFileSync(
    join(directory, `${name}.plan.ts`),
    `import { definePlan } from ${JSON.stringify(definePlan)};\nexport default definePlan(${JSON.stringify(plan)});\n`,
  );
}

/** Where and for what a worker works. */
export interface WorkerSetting {
  /** Holds the plan; logs and the journal go there. */
  directory: string;
  /** The server, or what stands before it. */
  url: string;
  plan: string;
  name: string;
  concurrency?: number;
  labels?: readonly string[];
  variables?: Record<string, string>;
}

/** Starts `nightshift worker` as a process of its own; it is gone when the test has finished. */
export function startWorker(setting: WorkerSetting): NodeProcess {
  const { directory, url, plan, name, concurrency = 1, labels = [], variables } = setting;
  // Tests may be a step of a run, which says where that run keeps its own.
  const own = { ADMIN_API_KEY: undefined, NIGHTSHIFT_DATA: join(directory, '.nightshift') };
  const worker = spawnNode(
    [
      ...[entry, 'worker', plan, '--name', name, '--concurrency', String(concurrency)],
      ...(labels.length > 0 ? ['--labels', labels.join(',')] : []),
    ],
    { API_BASE: url, API_KEY: keyOf(url), ...own, ...variables },
    directory,
  );
  onTestFinished(() => worker.kill('SIGKILL'));
  return worker;
}
