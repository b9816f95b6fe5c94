import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ApiError, type Client, expectType, RefusedError } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import { PlanError } from '../plan/readPlan.ts';
import type { Plan } from '../plan/schema.ts';
import { atHome } from '../project/atHome.ts';
import { describeSecond } from '../project/describeHome.ts';
import { createOriginReader } from '../project/origin.ts';
import type { HomeFinder } from '../project/planHomes.ts';
import { findNeeded, maxHashes } from './neededContents.ts';
import { type PlanSource, planSource } from './planSource.ts';
import type { PlanStore } from './planStore.ts';
import { type NamedFile, refuseTwice } from './refuseTwice.ts';

/** The plans whose steps a worker runs: as their files are now, and as existing runs started with them. */
export interface PlanCache {
  /** By these the server knows their contents. */
  hashes(): string[];
  /** The content that a hash stood for when a run was made, by the server's clock. */
  get(hash: string, runCreatedAt: string): Plan | undefined;
  /** Where the plans come from, for the server. */
  sources(): PlanSource[];
  /** The origin of the checkout that a plan is in, as it was read last. */
  originOf(plan: Plan): string | undefined;
  /** Whether `refresh` would read the files now, since so much time has passed. */
  isDue(): boolean;
  /** Registers the new content of a file that has changed; a faulty file leaves the previous one in force. */
  refresh(): Promise<void>;
}

/** A file that has a plan, unless it is faulty for now. */
export interface PlanFile {
  /** Its path, as its plans name it. */
  file: string;
  /** @throws PlanError */
  load(): Promise<Plan>;
}

/** What a plan cache works with. */
export interface PlanCacheSetting {
  client: Pick<Client, 'registerPlan' | 'plansOnRecord'>;
  /** The plan files; each is loaded as it is now. */
  files: readonly PlanFile[];
  /** Says whose each plan is. @default the project that has a plan of its name on the server, or none */
  homeOf?: HomeFinder;
  /** Where contents are kept that runs began with. */
  store: PlanStore;
  /** What must not leave this computer in the inputs of tasks. */
  secretsOf(plan: Plan): readonly string[];
  log(text: string): void;
  /** Milliseconds on a clock that only runs forward. @default that of the process */
  now?(): number;
}

/** Milliseconds between two reads of the files, and between two requests for the runs that the server knows. */
const pollIntervalMs = 5000;
const tidyEveryMs = 3_600_000;

/**
 * Loads the plans and registers them with the server. A plan that is faulty, or that the server refuses, is logged and
 * retried; its existing runs continue with what is kept of it.
 * @throws ApiUnreachableError; ApiError when the server refuses whoever asks
 */
export async function openPlanCache(setting: PlanCacheSetting): Promise<PlanCache> {
  const { client, homeOf, store, log, now = () => performance.now() } = setting;
  const inForce = new Map<number, InForce>();
  const faults = new Map<number, string>();
  const origins = new Map<string, string | undefined>();
  const readOrigin = createOriginReader(now);
  /** Earlier contents that existing runs started with, and their projects. */
  const earlier = new Map<string, Pick<InForce, 'plan' | 'project'>>();
  /** What each file holds, with its project. */
  const named = new Map<number, NamedFile>();
  const own = setting.files.map(({ file }) => file);
  /** Whose kept contents are taken up: those of its own files, and of files that are gone, which nobody else loads. */
  let files = new Set(own);
  let [looked, tidied] = [now(), now()];

  async function take(index: number): Promise<void> {
    const plan = await setting.files[index]?.load();
    if (plan === undefined) return;
    origins.set(plan.file, await readOrigin(dirname(plan.file)));
    const text = JSON.stringify(plan);
    const before = inForce.get(index);
    if (text === before?.text) return;
    const home = await homeOf?.(plan);
    const own = { label: planLabel({ project: home?.project, name: plan.name }), file: plan.file };
    refuseTwice(own, [...named.values()]);
    const input = planInput(plan, setting.secretsOf(plan));
    const { hash, problems, registeredAt, scheduledElsewhere } = expectType(
      await atHome(home, (whose) => client.registerPlan(planArgument(input), { home: whose })),
      'RegisteredPlan',
    );
    const second = describeSecond(plan.name, home, plan.schedule ? scheduledElsewhere : []);
    if (second !== undefined && before?.project !== home?.project) log(second);
    named.set(index, own);
    for (const { task, problem } of problems) log(`Nobody can approve step ${task}: ${problem}`);
    if (before) log(`${plan.file} has changed; new runs use the new version`);
    // Runs that began with the former content go on with it.
    if (before && before.hash !== hash) earlier.set(before.hash, before);
    inForce.set(index, { hash, plan, text, since: registeredAt, project: home?.project });
    earlier.delete(hash);
    await store
      .keep({ version: 1, hash, since: registeredAt, project: home?.project, plan })
      .catch((error: Error) => log(`Could not save this version of ${plan.file} on disk: ${error.message}`));
  }

  /** Loads the contents that existing runs started with, and deletes those that no run needs. */
  async function tidy(): Promise<void> {
    files = new Set([...own, ...[...store.planFiles()].filter((file) => !existsSync(file))]);
    const current = new Map([...inForce.values()].map(({ plan, project }) => [plan.file, project]));
    const kept = new Map<string, string | undefined>();
    // What was kept without a project is asked for with that of its file, so that what another one has is left out.
    for (const [hash, { planFile, project }] of store.hashes(files))
      kept.set(hash, project ?? current.get(planFile));
    for (const [hash, { project }] of earlier) kept.set(hash, project);
    for (const { hash } of inForce.values()) kept.delete(hash);
    const needed = await findNeeded(client, kept);
    const gone = new Set([...kept.keys()].filter((hash) => !needed.has(hash)));
    for (const hash of gone) earlier.delete(hash);
    await store.forget(gone);
    for (const hash of needed) {
      const plan = earlier.get(hash)?.plan ?? store.read(hash, files, new Date().toISOString());
      if (plan) earlier.set(hash, { plan, project: kept.get(hash) });
    }
  }

  /** Loads a file; a fault of it is logged once. */
  async function takeUnlessFaulty(index: number): Promise<void> {
    try {
      await take(index);
      if (faults.delete(index)) log(`The plan is fixed: ${setting.files[index]?.file}`);
    } catch (error) {
      if (!inForce.has(index) && !isFaultOfPlan(error)) throw error;
      const { message } = error as Error;
      if (faults.get(index) !== message)
        log(
          inForce.has(index)
            ? `Keeping the previous version of the plan: ${message}`
            : `Waiting for the plan to be fixed; its existing runs continue: ${message}`,
        );
      faults.set(index, message);
    }
  }

  const isDue = () => now() - looked >= pollIntervalMs;

  // One after another: of two files with one plan the first one named has it.
  for (const index of setting.files.keys()) await takeUnlessFaulty(index);
  await tidy();
  return {
    hashes: () =>
      [...new Set([...inForce.values()].map(({ hash }) => hash)), ...earlier.keys()].slice(0, maxHashes),
    get(hash, runCreatedAt) {
      const current = [...inForce.values()].find((content) => content.hash === hash);
      if (current && Date.parse(current.since) <= Date.parse(runCreatedAt)) return current.plan;
      return store.read(hash, files, runCreatedAt) ?? current?.plan ?? earlier.get(hash)?.plan;
    },
    sources: () =>
      [...[...inForce.values()].map((one) => [one.hash, one] as const), ...earlier].map(
        ([planHash, { plan }]) => planSource(plan, { planHash }, origins.get(plan.file)),
      ),
    originOf: ({ file }) => origins.get(file),
    isDue,
    async refresh() {
      if (!isDue()) return;
      looked = now();
      for (const index of setting.files.keys()) await takeUnlessFaulty(index);
      if (now() - tidied < tidyEveryMs) return;
      tidied = now();
      await tidy().catch((error: Error) =>
        log(`Could not clean up earlier versions of plans: ${error.message}`),
      );
    },
  };
}

/** Says whether another content of the plan file would be taken. */
function isFaultOfPlan(error: unknown): boolean {
  if (error instanceof PlanError || error instanceof RefusedError) return true;
  return error instanceof ApiError && error.code === 'BAD_USER_INPUT';
}

/** A content as a plan file has it now. */
interface InForce {
  hash: string;
  plan: Plan;
  /** All of it, to tell whether the file has changed. */
  text: string;
  /** By the server's clock. */
  since: string;
  /** The project that it is of; undefined where none was named. */
  project: string | undefined;
}
