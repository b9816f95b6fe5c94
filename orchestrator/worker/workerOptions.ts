import type { Client } from '../../client/index.ts';
import type { LinkRules } from '../outcome/links.ts';
import type { StepLog } from '../output/stepLog.ts';
import type { Plan } from '../plan/schema.ts';
import type { Lease, WorkerEvent } from './events.ts';
import type { PlanCache } from './planCache.ts';

/** What a worker works with. */
export interface WorkerOptions {
  client: Client;
  /** A client whose calls may take as long as the server waits for work. */
  patientClient: Pick<Client, 'leaseTask' | 'extendLease'>;
  /** The plans whose steps it runs. */
  plans: PlanCache;
  /** The exclusive runs that it works for, and for nothing else. @default none: it works for all runs of its plans */
  runIds?: readonly string[];
  name: string;
  labels: readonly string[];
  /** How many commands run at once. */
  concurrency: number;
  dataDir: string;
  /** What an account of a step's own must not reach. */
  privatePaths: readonly string[];
  variables: Readonly<Record<string, string | undefined>>;
  /** What is masked wherever output of a plan goes. */
  secretsOf(plan: Plan): readonly string[];
  githubHosts: LinkRules['githubHosts'];
  beginLog(lease: Lease): StepLog | Promise<StepLog>;
  /** Stops the worker: no further lease, and running commands are ended and reported. Its reason is the signal's name. */
  signal: AbortSignal;
  /** Lets the worker end by itself: no further lease, but what runs goes on to its end. */
  done?: AbortSignal;
  observe(event: WorkerEvent): void;
  /** Whether the key may become another while the worker works, so that it waits where its key counts no more. @default false */
  keyMayChange?: boolean;
  /** Milliseconds to wait for work with one request. @default 20000 */
  waitMs?: number;
}
