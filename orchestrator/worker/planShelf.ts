import { dirname } from 'node:path';
import { type Client, expectType } from '../../client/index.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { readOrigin } from './origin.ts';
import { PlanContents } from './planContents.ts';
import { type PlanSource, planSource } from './planSource.ts';

/** The plans whose steps a worker runs: as their files have them now, and the latest of those that they had since it began. */
export interface PlanShelf {
  /** By these the server knows their contents. */
  hashes(): string[];
  get(hash: string): Plan | undefined;
  /** Where the plans come from, for the server. */
  sources(): PlanSource[];
  /** The origin of the checkout that a plan is in, as it was read last. */
  originOf(hash: string): string | undefined;
  /** Looks whether a file has changed and makes a new content known; a faulty file leaves the former one in force. */
  refresh(): Promise<void>;
}

/** What a shelf works with. */
export interface ShelfSetting {
  client: Pick<Client, 'registerPlan'>;
  /** Loads each plan as its file has it now. */
  load: readonly (() => Promise<Plan>)[];
  /** What must not leave this computer in the inputs of tasks. */
  secretsOf(plan: Plan): readonly string[];
  say(text: string): void;
}

/** Milliseconds between two looks at the files. */
const lookEveryMs = 5000;

/**
 * Loads the plans and makes them known to the server.
 * @throws PlanError, ApiUnreachableError, RefusedError
 */
export async function openPlanShelf(setting: ShelfSetting): Promise<PlanShelf> {
  const { client, load, secretsOf, say } = setting;
  const plans = new PlanContents();
  const latest = new Map<number, string>();
  const faults = new Map<number, string>();
  const origins = new Map<string, string | undefined>();
  let looked = performance.now();

  async function take(place: number): Promise<void> {
    const plan = await load[place]?.();
    if (plan === undefined) return;
    origins.set(plan.file, await readOrigin(dirname(plan.file)));
    const text = JSON.stringify(plan);
    if (text === latest.get(place)) return;
    const { hash, problems } = expectType(
      await client.registerPlan(planInput(plan, secretsOf(plan))),
      'RegisteredPlan',
    );
    for (const { task, problem } of problems) say(`Nobody can approve step ${task}: ${problem}`);
    if (latest.has(place)) say(`${plan.file} has changed; further runs have its new content`);
    latest.set(place, text);
    const forgotten = plans.put(place, hash, plan, text.length);
    if (forgotten.length > 0)
      say(
        `${forgotten.length} earlier contents of plans are forgotten: runs that began with them go on elsewhere only`,
      );
  }

  await Promise.all(load.keys().map(take));
  return {
    hashes: () => plans.hashes(),
    get: (hash) => plans.get(hash),
    sources: () =>
      plans.entries().map(([planHash, plan]) => planSource(plan, { planHash }, origins.get(plan.file))),
    originOf: (hash) => origins.get(plans.get(hash)?.file ?? ''),
    async refresh() {
      if (performance.now() - looked < lookEveryMs) return;
      looked = performance.now();
      for (const place of load.keys()) {
        try {
          await take(place);
          faults.delete(place);
        } catch (error) {
          const { message } = error as Error;
          if (faults.get(place) !== message) say(`The plan stays as it was: ${message}`);
          faults.set(place, message);
        }
      }
    },
  };
}
