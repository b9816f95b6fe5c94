import type { DecisionVia } from '../contract/words/decisions.ts';
import type { Database } from '../database/database.ts';
import { type Delegation, readDelegations } from '../domain/access/delegation.ts';
import { countHeld, type PersonCounts, type Principal, readPrincipals } from '../domain/access/person.ts';
import type { Approval, PullRequest } from '../domain/approvals/approval.ts';
import { countWaiting } from '../domain/approvals/consequence.ts';
import { problemsOfApprovals } from '../domain/approvals/problemsOfApprovals.ts';
import { readApprovals } from '../domain/approvals/read.ts';
import { type Decision, readDecisions } from '../domain/approvals/record.ts';
import { type DecisionRights, readRights } from '../domain/approvals/rights.ts';
import { readVoidVotes, type VoidVote } from '../domain/approvals/voidVotes.ts';
import { type Attempt, readAttempts } from '../domain/engine/attempts.ts';
import { readStepNeeds } from '../domain/engine/stepNeeds.ts';
import { readWaitingFor, type WaitingFor } from '../domain/engine/waitingFor.ts';
import { type OfferedPlan, readOfferedPlans, readRunning } from '../domain/engine/workerDetails.ts';
import { InvalidInputError } from '../domain/input/errors.ts';
import type { Page, PageArguments } from '../domain/input/page.ts';
import type { Viewer } from '../domain/input/viewer.ts';
import {
  type Delivery,
  type DeliveryTry,
  readDeliveries,
  readTries,
} from '../domain/notifications/delivery.ts';
import { countContents, type PlanContent, readContentPages } from '../domain/plans/contents.ts';
import { readOriginsOfPlans } from '../domain/plans/ownRepository.ts';
import type { PlanDefinition } from '../domain/plans/planDefinition.ts';
import type { PlanKey } from '../domain/plans/planKey.ts';
import { readDefinitions } from '../domain/plans/plans.ts';
import { readStepNames } from '../domain/plans/stepNames.ts';
import { type KeptDetails, readPullDetails } from '../domain/pulls/details.ts';
import { findRuns } from '../domain/runs/read.ts';
import type { Run } from '../domain/runs/run.ts';
import type { Store } from '../domain/store.ts';
import { readDetails, type TaskDetails } from '../domain/tasks/details.ts';
import { type LargeValues, readLarge } from '../domain/tasks/large.ts';
import { findListed } from '../domain/tasks/read.ts';
import { readRunTaskPages } from '../domain/tasks/runPages.ts';
import type { ListedTask } from '../domain/tasks/task.ts';
import { createBatch } from './batch.ts';
import { openLargeBatches } from './largeBatch.ts';

/** The most nodes of connections that one request may ask for, all lists inside lists counted. */
export const maxNodes = 10_000;

/** How many contents of plans are read at once, of 4 MB at most each. */
const definitionsAtOnce = 10;

/** How many pull requests one request has its host asked about. */
export const maxOpened = 5;

/** What every resolver of one request has at hand. */
export interface Context {
  store: Store;
  viewer: Viewer;
  /** How its decisions come: by the command line, when it says so. @default 'graphql' */
  via?: Extract<DecisionVia, 'graphql' | 'cli'>;
  /** Names the request in the log and in masked errors. */
  requestId: string;
  /** Aborts when the caller has gone. */
  signal?: AbortSignal;
  /** Reads a run; all that are asked for in one turn are read with one statement. */
  loadRun(runId: string): Promise<Run | null>;
  /** Reads a page of a run's tasks; the same page of all runs asked for in one turn is read with one statement. */
  loadRunTasks(runId: string, page: PageArguments): Promise<Page<ListedTask>>;
  /** Reads a column that lists leave out of a task; all that are asked for in one turn are read with one statement. */
  loadDetail<F extends keyof TaskDetails>(taskId: number, field: F): Promise<TaskDetails[F] | null>;
  /** Reads the attempts of a task; those of all that are asked for in one turn are read with one statement. */
  loadAttempts(taskId: number): Promise<Attempt[]>;
  /** Reads the attempts that a worker runs; those of all that are asked for in one turn are read with two statements. */
  loadRunning(worker: string): Promise<Attempt[]>;
  /** Names the plans of a worker's scopes; of all that are asked for in one turn with one statement. */
  loadOfferedPlans(scopes: readonly string[]): Promise<OfferedPlan[]>;
  /** Reads the latest approval of a task; those of all that are asked for in one turn are read with one statement. */
  loadApproval(taskId: number): Promise<Approval | null>;
  /** Says why nobody can give an approval; of all that are asked for in one turn with one statement. */
  loadProblem(approval: Approval): Promise<string | null>;
  /** Says what the viewer may do about an approval; of all that are asked for in one turn with a fixed number of statements. */
  loadRights(approval: Approval): Promise<DecisionRights>;
  /** Reads the void votes of an approval; those of all that are asked for in one turn are read with one statement. */
  loadVoidVotes(approvalId: number): Promise<VoidVote[]>;
  /** Counts the steps that wait for a task; of all that are asked for in one turn with one statement. */
  loadWaitingSteps(taskId: number): Promise<number>;
  /** Reads what is kept of a pull request at its head commit; all that are asked for in one turn are read with one statement. */
  loadPullDetails(pull: PullRequest): Promise<KeptDetails | null>;
  /** Says whether the host of one more pull request may be asked about it: of a few in each request. */
  openPull(): boolean;
  /** Says what a task waits for; of all that are asked for in one turn with three statements. */
  loadWaitingFor(taskId: number): Promise<WaitingFor | null>;
  /** Names the steps that a task needs by its plan; of all that are asked for in one turn with one statement, and one for each content of a plan. */
  loadStepNeeds(taskId: number): Promise<string[]>;
  /** Names the steps of a plan; of all that are asked for in one turn with one statement. */
  loadStepNames(plan: PlanKey): Promise<string[]>;
  /** Names the repositories that a plan belongs to; of all that are asked for in one turn with one statement. */
  loadOrigins(plan: PlanKey): Promise<string[]>;
  /** Reads a page of the contents of a plan; the same page of all plans asked for in one turn is read with one statement. */
  loadContents(plan: PlanKey, page: PageArguments): Promise<Page<PlanContent>>;
  /** Counts the contents of a plan, up to the bound of a connection; of all that are asked for in one turn with one statement. */
  loadContentCount(plan: PlanKey): Promise<number>;
  /** Reads contents of plans by their hashes, some with each statement, up to a bound in bytes. @throws InvalidInputError past it */
  loadDefinition(hash: string): Promise<PlanDefinition | null>;
  /** Reads the newest attempts to decide about a task; those of all that are asked for in one turn are read with one statement. */
  loadDecisions(taskId: number): Promise<Decision[]>;
  /** Reads a task; all that are asked for in one turn are read with one statement. */
  loadTask(taskId: number): Promise<ListedTask | null>;
  /** Reads the latest deliveries of a task; those of all that are asked for in one turn are read with one statement. */
  loadDeliveries(taskId: number): Promise<Delivery[]>;
  /** Reads the latest tries of a delivery; those of all that are asked for in one turn are read with one statement. */
  loadTries(deliveryId: string): Promise<DeliveryTry[]>;
  /** Reads how a person signs in; of all that are asked for in one turn with one statement. */
  loadPrincipals(personId: number): Promise<Principal[]>;
  /** Reads who decides for a person now; of all that are asked for in one turn with one statement. */
  loadDelegations(personId: number): Promise<Delegation[]>;
  /** Counts the keys and sessions of a person; of all that are asked for in one turn with one statement. */
  loadHeld(personId: number): Promise<PersonCounts>;
  /** Read values of up to 64 KB, which lists leave out, up to a bound in bytes. @throws InvalidInputError past it */
  large: { [F in keyof LargeValues]: (key: number | string) => Promise<LargeValues[F] | null> };
  /** Counts nodes that a connection may yield. @throws InvalidInputError past `maxNodes` */
  spendNodes(count: number): void;
  /** Begins to count nodes and bytes anew: each event of a subscription is an answer of its own. */
  startOver(): void;
}

/** Aborts when the caller has gone, or what it proved itself by works no more: for whatever makes it wait. */
export function untilGone({
  signal,
  viewer: { ended },
}: Pick<Context, 'signal' | 'viewer'>): AbortSignal | undefined {
  return signal && ended ? AbortSignal.any([signal, ended]) : (signal ?? ended);
}

/** Makes the context of one request. */
export function createContext(
  request: Pick<Context, 'store' | 'viewer' | 'via' | 'requestId' | 'signal'>,
): Context {
  const { db } = request.store;
  const largeBatches = openLargeBatches();
  const loadLarge = <F extends keyof LargeValues>(field: F) =>
    largeBatches.batch((keys: (number | string)[]) => readLarge(db, field, keys));
  let nodes = 0;
  let opened = 0;
  return {
    ...request,
    large: {
      inputs: loadLarge('inputs'),
      logExcerpt: loadLarge('logExcerpt'),
      outputs: loadLarge('outputs'),
      attemptExcerpt: loadLarge('attemptExcerpt'),
      runInputs: loadLarge('runInputs'),
    },
    loadRun: createBatch((runIds) => findRuns(db, runIds)),
    loadDetail: openDetails(db),
    loadAttempts: createBatch((taskIds) => readAttempts(db, taskIds)),
    loadRunning: createBatch((workers) => readRunning(db, workers)),
    loadOfferedPlans: createBatch((scopes) => readOfferedPlans(db, scopes)),
    loadApproval: createBatch((taskIds) => readApprovals(db, taskIds)),
    loadProblem: createBatch((approvals) => problemsOfApprovals(request.store, approvals)),
    loadRights: createBatch((approvals) => readRights(request.store, request.viewer, approvals)),
    loadVoidVotes: createBatch((ids) => readVoidVotes(db, ids)),
    loadWaitingSteps: createBatch((taskIds) => countWaiting(db, taskIds)),
    loadPullDetails: createBatch((pulls) =>
      readPullDetails(
        db,
        pulls.map((pull) => ({ ...pull, headSha: pull.headSha ?? '' })),
      ),
    ),
    openPull() {
      opened += 1;
      return opened <= maxOpened;
    },
    loadWaitingFor: createBatch((taskIds) => readWaitingFor(request.store, taskIds)),
    loadStepNeeds: createBatch((taskIds) => readStepNeeds(db, taskIds)),
    loadStepNames: createBatch((plans) => readStepNames(db, plans)),
    loadOrigins: createBatch((plans) => readOriginsOfPlans(db, plans)),
    loadContents: batchPages((plans: PlanKey[], page) => readContentPages(db, plans, page)),
    loadContentCount: createBatch((plans) => countContents(db, plans)),
    loadDefinition: largeBatches.batch((hashes: string[]) => readDefinitions(db, hashes), definitionsAtOnce),
    loadDecisions: createBatch((taskIds) => readDecisions(db, taskIds)),
    loadTask: createBatch((taskIds) => findListed(db, taskIds)),
    loadDeliveries: createBatch((taskIds) => readDeliveries(db, taskIds)),
    loadTries: createBatch((ids) => readTries(db, ids)),
    loadPrincipals: createBatch((ids) => readPrincipals(db, ids)),
    loadDelegations: createBatch((ids) => readDelegations(db, ids)),
    loadHeld: createBatch((ids) => countHeld(db, ids)),
    loadRunTasks: batchPages((runIds: string[], page) => readRunTaskPages(db, runIds, page)),
    spendNodes(count) {
      nodes += count;
      if (nodes <= maxNodes) return;
      const message = `must be smaller: one request may read at most ${maxNodes} nodes. Ask for smaller pages (first) or fewer nested lists`;
      throw new InvalidInputError([{ path: ['first'], message, type: 'too_many_nodes' }]);
    },
    startOver() {
      nodes = 0;
      opened = 0;
      largeBatches.startOver();
    },
  };
}

/** Loads the same page of all that are asked for in one turn with one call. */
function batchPages<K, N>(
  read: (keys: K[], page: PageArguments) => Promise<Page<N>[]>,
): (key: K, page: PageArguments) => Promise<Page<N>> {
  const byArguments = new Map<string, (key: K) => Promise<Page<N>>>();
  return (key, { first, last, after, before }) => {
    const page = { first, last, after, before };
    const name = JSON.stringify(page);
    let load = byArguments.get(name);
    if (load === undefined) {
      load = createBatch((keys: K[]) => read(keys, page));
      byArguments.set(name, load);
    }
    return load(key);
  };
}

function openDetails(db: Database): Context['loadDetail'] {
  const load = createBatch(async (wanted: { id: number; field: keyof TaskDetails }[]) => {
    const ids = new Set(wanted.map(({ id }) => id));
    const fields = new Set(wanted.map(({ field }) => field));
    const details = await readDetails(db, [...ids], [...fields]);
    const byId = new Map([...ids].map((id, index) => [id, details[index]]));
    return wanted.map(({ id, field }) => byId.get(id)?.[field] ?? null);
  });
  return (id, field) => load({ id, field }) as Promise<TaskDetails[typeof field] | null>;
}
