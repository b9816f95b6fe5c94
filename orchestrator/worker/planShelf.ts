import { dirname } from 'node:path';
import { type Client, expectType } from '../../client/index.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { readOrigin } from './origin.ts';
import { type PlanSource, planSource } from './planSource.ts';
import type { PlanStore } from './planStore.ts';

/** The plans whose steps a worker runs: as their files have them now, and as runs that are on record began with them. */
export interface PlanShelf {
  /** By these the server knows their contents. */
  hashes(): string[];
  /** The content that a hash stood for when a run was made, by the server's clock. */
  get(hash: string, runCreatedAt: string): Plan | undefined;
  /** Where the plans come from, for the server. */
  sources(): PlanSource[];
  /** The origin of the checkout that a plan is in, as it was read last. */
  originOf(plan: Plan): string | undefined;
  /** Looks whether a file has changed and makes a new content known; a faulty file leaves the former one in force. */
  refresh(): Promise<void>;
}

/** What a shelf works with. */
export interface ShelfSetting {
  client: Pick<Client, 'registerPlan' | 'plansOnRecord'>;
  /** Loads each plan as its file has it now. */
  load: readonly (() => Promise<Plan>)[];
  /** Where contents are kept that runs began with. */
  store: PlanStore;
  /** What must not leave this computer in the inputs of tasks. */
  secretsOf(plan: Plan): readonly string[];
  say(text: string): void;
}

/** Milliseconds between two looks at the files, and at what the server has on record. */
const lookEveryMs = 5000;
const tidyEveryMs = 3_600_000;

/** So many hashes the server takes with one request. */
const maxHashes = 1000;

/**
 * Loads the plans and makes them known to the server.
 * @throws PlanError, ApiUnreachableError, RefusedError
 */
export async function openPlanShelf(setting: ShelfSetting): Promise<PlanShelf> {
  const { client, load, store, say } = setting;
  const inForce = new Map<number, InForce>();
  const faults = new Map<number, string>();
  const origins = new Map<string, string | undefined>();
  /** Earlier contents that runs on record began with, and where they come from. */
  const earlier = new Map<string, Plan>();
  let [looked, tidied] = [performance.now(), performance.now()];

  async function take(place: number): Promise<void> {
    const plan = await load[place]?.();
    if (plan === undefined) return;
    origins.set(plan.file, await readOrigin(dirname(plan.file)));
    const text = JSON.stringify(plan);
    const before = inForce.get(place);
    if (text === before?.text) return;
    const { hash, problems, registeredAt } = expectType(
      await client.registerPlan(planInput(plan, setting.secretsOf(plan))),
      'RegisteredPlan',
    );
    for (const { task, problem } of problems) say(`Nobody can approve step ${task}: ${problem}`);
    if (before) say(`${plan.file} has changed; further runs have its new content`);
    // Runs that began with the former content go on with it.
    if (before && before.hash !== hash) earlier.set(before.hash, before.plan);
    inForce.set(place, { hash, plan, text, since: registeredAt });
    earlier.delete(hash);
    await store
      .keep({ version: 1, hash, since: registeredAt, plan })
      .catch((error: Error) => say(`The content of ${plan.file} cannot be kept on disk: ${error.message}`));
  }

  /** Takes up what runs on record began with, and forgets what none did. */
  async function tidy(): Promise<void> {
    const files = new Set([...inForce.values()].map(({ plan }) => plan.file));
    const current = new Set([...inForce.values()].map(({ hash }) => hash));
    const kept = [...new Set([...store.hashes(files), ...earlier.keys()])].filter(
      (hash) => !current.has(hash),
    );
    const needed = new Set<string>();
    for (let at = 0; at < kept.length; at += maxHashes)
      for (const hash of await client.plansOnRecord(kept.slice(at, at + maxHashes))) needed.add(hash);
    const gone = new Set(kept.filter((hash) => !needed.has(hash)));
    for (const hash of gone) earlier.delete(hash);
    await store.forget(gone);
    for (const hash of needed) {
      const plan = earlier.get(hash) ?? store.read(hash, files, new Date().toISOString());
      if (plan) earlier.set(hash, plan);
    }
  }

  await Promise.all(load.keys().map(take));
  await tidy();
  return {
    hashes: () =>
      [...new Set([...inForce.values()].map(({ hash }) => hash)), ...earlier.keys()].slice(0, maxHashes),
    get(hash, runCreatedAt) {
      const now = [...inForce.values()].find((content) => content.hash === hash);
      if (now && Date.parse(now.since) <= Date.parse(runCreatedAt)) return now.plan;
      const files = new Set([...inForce.values()].map(({ plan }) => plan.file));
      return store.read(hash, files, runCreatedAt) ?? now?.plan ?? earlier.get(hash);
    },
    sources: () =>
      [...[...inForce.values()].map(({ hash, plan }) => [hash, plan] as const), ...earlier].map(
        ([planHash, plan]) => planSource(plan, { planHash }, origins.get(plan.file)),
      ),
    originOf: ({ file }) => origins.get(file),
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
      if (performance.now() - tidied < tidyEveryMs) return;
      tidied = performance.now();
      await tidy().catch((error: Error) => say(`What is kept of earlier plans stays: ${error.message}`));
    },
  };
}

/** A content as a plan file has it now. */
interface InForce {
  hash: string;
  plan: Plan;
  /** All of it, to tell whether the file has changed. */
  text: string;
  /** By the server's clock. */
  since: string;
}
