import { randomUUID } from 'node:crypto';
import type { Client } from '../../../client/index.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { LostLeaseError } from '../../../domain/engine/errors.ts';
import { extendLease } from '../../../domain/engine/extendLease.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import { type Lease, leaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { digestOf } from '../../../domain/engine/workerLooks.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { plansOnRecord, registerPlan } from '../../../domain/plans/plans.ts';
import { scopeOfPlan } from '../../../domain/queue/queueName.ts';
import type { Store } from '../../../domain/store.ts';
import type { Plan } from '../../../orchestrator/plan/schema.ts';
import { openPlanCache, type PlanCache } from '../../../orchestrator/worker/planCache.ts';
import { openPlanStore } from '../../../orchestrator/worker/planStore.ts';
import { everything } from '../../support/domain.ts';
import { planContentOf } from '../../support/planWords.ts';
import { type ChangingPlan, numberOf } from './changingPlan.ts';
import type { Chance } from './nights.ts';

const minuteMs = 60_000;
/** So often it looks at its files although none has changed, and forgets contents that no run on record has. */
const tidyEveryMs = 20 * 60 * minuteMs;

/** What a worker needs of the world that it is in. Times are those of the simulation, in milliseconds. */
export interface WorkerWorld {
  store: Store;
  chance: Chance;
  plans: readonly ChangingPlan[];
  now(): number;
  /** The moment in the simulation of one that the database tells. */
  toSimulated(time: string): number;
  /** Told of each lease, with the content that the worker would run. */
  onLease(lease: Lease, worker: ChangingWorker, plan: Plan | undefined): Promise<void>;
}

/** A content that a worker has made known. */
export interface Known {
  plan: string;
  hash: string;
  number: number;
  since: number;
}

interface Held {
  lease: Lease;
  endsAt: number;
  /** How its command ends; of one that is lost nothing is heard. */
  ending: object | 'lost';
}

/** A worker whose data directory outlives it: real caches and stores of plans, and commands that are only told of. */
export class ChangingWorker {
  readonly known: Known[] = [];
  /** Since when it has been up without a pause; undefined while it is not. */
  upSince: number | undefined;
  readonly #world: WorkerWorld;
  readonly #about: { name: string; labels: readonly string[]; dataDir: string };
  #cache: PlanCache | undefined;
  #held: Held[] = [];
  #starts = 0;
  #refreshed = { at: 0, changes: -1 };

  constructor(world: WorkerWorld, about: { name: string; labels: readonly string[]; dataDir: string }) {
    this.#world = world;
    this.#about = about;
  }

  get name(): string {
    return `${this.#about.name}/${this.#starts}`;
  }

  get leases(): string[] {
    return this.#held.filter(({ ending }) => ending !== 'lost').map(({ lease }) => lease.leaseId);
  }

  /** What stands in the record of workers for what it asks now. */
  get wants(): string {
    const scopes = (this.#cache?.hashes() ?? []).map(scopeOfPlan);
    return digestOf({ scopes, labels: this.#about.labels });
  }

  /** Starts it; with a plan file that has a fault, it waits for the plan and goes on with its runs on record. */
  async start(): Promise<void> {
    const { plans, now } = this.#world;
    const loaded = new Map<string, Plan>();
    const files = plans.map((plan) => ({
      file: plan.file,
      load: async () => {
        const content = await plan.load();
        loaded.set(plan.name, content);
        return content;
      },
    }));
    this.#cache = await openPlanCache({
      client: this.#client(loaded),
      files,
      store: openPlanStore(this.#about.dataDir),
      secretsOf: () => [],
      log: () => undefined,
      now,
    });
    this.#starts += 1;
    this.upSince = now();
    this.#refreshed = { at: now(), changes: this.#changes() };
  }

  /** Ends it: its commands are reported as interrupted, or nobody hears of them. */
  async stop(how: 'told' | 'killed'): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#cache = undefined;
    this.upSince = undefined;
    if (how === 'told')
      for (const one of held) if (one.ending !== 'lost') await this.#report(one, { ending: 'interrupted' });
  }

  /** Lets time in which it cannot reach the server begin its count of time anew. */
  notHeard(): void {
    if (this.upSince !== undefined) this.upSince = this.#world.now();
  }

  /** When the next of its commands ends. */
  get nextEnd(): number {
    return Math.min(...this.#held.map(({ endsAt }) => endsAt));
  }

  /** Extends its leases, reports what has ended, and takes what it can. */
  async act(): Promise<void> {
    const { now } = this.#world;
    if (this.#cache === undefined) return;
    for (const one of [...this.#held]) {
      if (one.ending === 'lost') {
        if (one.endsAt <= now()) this.#drop(one);
        continue;
      }
      const cancelled = await this.#extend(one);
      if (cancelled) await this.#report(one, { ending: 'cancelled' });
      else if (one.endsAt <= now()) await this.#report(one, one.ending);
    }
    await this.#refresh();
    while (this.#held.length < 3) {
      const lease = await this.#ask();
      if (lease === null) return;
      await this.#begin(lease);
    }
  }

  #changes(): number {
    return this.#world.plans.reduce((sum, plan) => sum + plan.changes(), 0);
  }

  async #refresh(): Promise<void> {
    const [now, changes] = [this.#world.now(), this.#changes()];
    const hasReason = changes !== this.#refreshed.changes || now - this.#refreshed.at > tidyEveryMs;
    if (!hasReason || now - this.#refreshed.at < 5000) return;
    this.#refreshed = { at: now, changes };
    await this.#cache?.refresh();
  }

  async #ask(): Promise<Lease | null> {
    const cache = this.#cache;
    if (cache === undefined || cache.hashes().length === 0) return null;
    const input = {
      worker: this.name,
      requestId: randomUUID(),
      planHashes: cache.hashes(),
      labels: this.#about.labels,
      upMs: Math.round(this.#world.now() - (this.upSince ?? 0)),
      sources: cache.sources(),
    };
    return leaseTask(this.#world.store, leaseTaskInput.parse(input));
  }

  async #begin(lease: Lease): Promise<void> {
    const { chance, now, toSimulated, onLease } = this.#world;
    const createdAt = new Date(toSimulated(lease.runCreatedAt)).toISOString();
    await onLease(lease, this, this.#cache?.get(lease.planHash, createdAt));
    const luck = chance.next();
    const exitCode = luck < 0.8 ? 0 : luck < 0.94 ? 1 : 77;
    const minutes = chance.pick([1, 1, 5, 20, 90]);
    const ending = luck > 0.96 ? 'lost' : { ending: 'exit', exitCode };
    this.#held.push({ lease, endsAt: now() + minutes * minuteMs, ending });
  }

  /** Says whether its task was cancelled. */
  async #extend(one: Held): Promise<boolean> {
    try {
      return (await extendLease(this.#world.store, one.lease.leaseId)).cancelled;
    } catch (error) {
      if (!(error instanceof LostLeaseError)) throw error;
      this.#drop(one);
      return false;
    }
  }

  async #report(one: Held, ending: object): Promise<void> {
    if (!this.#held.includes(one) && this.#cache !== undefined) return;
    this.#drop(one);
    const report = attemptReport.parse({ durationMs: 1000, ...ending });
    await finishAttempt(this.#world.store, one.lease.leaseId, report).catch((error: unknown) => {
      if (!(error instanceof LostLeaseError)) throw error;
    });
  }

  #drop(one: Held): void {
    this.#held = this.#held.filter((other) => other !== one);
  }

  #client(loaded: ReadonlyMap<string, Plan>): Pick<Client, 'registerPlan' | 'plansOnRecord'> {
    const { store, toSimulated } = this.#world;
    return {
      registerPlan: async (input) => {
        const { hash, registeredAt } = await registerPlan(
          store.db,
          everything,
          planDefinition.parse(planContentOf(input)),
        );
        const since = toSimulated(registeredAt);
        const plan = loaded.get(input.name);
        if (plan) this.known.push({ plan: input.name, hash, number: numberOf(plan), since });
        const told = {
          hash,
          problems: [],
          scheduledElsewhere: [],
          registeredAt: new Date(since).toISOString(),
        };
        return { __typename: 'RegisteredPlan', ...told } as unknown as ReturnType<Client['registerPlan']>;
      },
      plansOnRecord: (hashes) => plansOnRecord(store.db, hashes as string[]),
    };
  }
}
