import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Bounds } from '../../../domain/input/viewer.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { buildSchema } from '../../../schema/index.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { serveGraphql } from '../../support/graphql.ts';
import { readOutside } from './ownedRows.ts';

/** What names there are: of projects, one of which was only guessed and one is none, of plans and of external tasks. */
const projects = ['first', 'site', 'guess', ''] as const;
const plans = ['x', 'xy', 'z'] as const;
const tasks = ['e', 'ee', 'make'] as const;

/** A plan, and whether it has the same steps in each project. */
const planKey = fc.record({
  project: fc.constantFrom(...projects),
  name: fc.constantFrom(...plans),
  isOwn: fc.boolean(),
});
type PlanKey = typeof planKey extends fc.Arbitrary<infer T> ? T : never;

const some = <T>(...names: T[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }), { nil: undefined });
const bounds: fc.Arbitrary<Bounds> = fc.record({
  projects: some<string>(...projects),
  plans: some<string>(...plans, 'x*', '*'),
  labels: some('l1', 'l2'),
  tasks: some<string>(...tasks, 'e*', '*'),
});

/** What somebody can name in a request. */
interface Targets {
  runs: { runId: string; hash: string; key: PlanKey }[];
  tasks: number[];
  leases: string[];
  deliveries: string[];
}

const contentOf = ({ project, name, isOwn }: PlanKey, onOpen = 'RUN') => ({
  name,
  concurrency: 5,
  steps: [
    { task: 'make', labels: ['l1'], inputs: isOwn ? { of: project } : {}, retries: 0 },
    { task: 'more', labels: ['l2'], onOpen },
    { task: 'gated', gate: {}, onOpen },
    { task: 'last', needs: ['make', 'gated'] },
  ],
});
const homeOf = ({ project }: PlanKey) =>
  project === '' ? {} : { home: { project, isGuessed: project === 'guess' } };

const pick = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(all.length, 1)];

/** What a request is made of: which of the targets it names, and other choices. */
const choice = fc.record({
  mutation: fc.constantFrom(
    ...Object.keys(buildSchema().getMutationType()?.getFields() ?? {}),
    'leaseTask',
    'finishAttempt',
    'updateTask',
    'registerPlan',
    'cancelRun',
  ),
  at: fc.nat(1000),
  key: planKey,
  name: fc.constantFrom(...tasks),
  way: fc.nat(2),
});
type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;

function inputOf({ mutation, at, key: other, name, way }: Choice, targets: Targets): object {
  const run = pick(targets.runs, at);
  const key = (way > 0 && run?.key) || other;
  const runId = run?.runId ?? 'none';
  const databaseId = pick(targets.tasks, at) ?? 0;
  const leaseId = pick(targets.leases, at) ?? randomUUID();
  const plan = key.project === '' ? key.name : `${key.project}:${key.name}`;
  const asking = () => ({
    worker: `w${way}`,
    requestId: randomUUID(),
    labels: way === 0 ? ['l1'] : ['l1', 'l2'],
    ...(way === 2 ? { runIds: [runId] } : { planHashes: [run?.hash ?? '0'.repeat(64)] }),
    sources: [{ planHash: run?.hash, origin: 'https://github.com/acme/site' }],
  });
  const inputs: Record<string, () => object> = {
    createTask: () => ({
      task: name,
      runId: way === 0 ? randomUUID() : runId,
      status: way === 1 ? 'AWAITING_APPROVAL' : 'QUEUED',
    }),
    updateTask: () => ({
      task: { databaseId },
      ...[{ status: 'RUNNING' }, { webhookError: 'x' }, { approvalState: 'CANCELLED' }][way],
    }),
    decideTasks: () => ({
      action: 'CANCEL',
      databaseIds: [databaseId, pick(targets.tasks, at + way) ?? 0],
    }),
    registerPlan: () => ({ plan: contentOf(key), ...homeOf(key) }),
    startRun: () =>
      way === 0
        ? { from: { plan } }
        : {
            from: { definition: { content: contentOf(key), ...homeOf(key) } },
            exclusive: way === 2,
            runId: `r${at % 3}`,
          },
    settleDue: () => ({
      definition: contentOf(key),
      ...homeOf(key),
      schedule: '* * * * *',
      dueTimes: [new Date().toISOString()],
    }),
    trustOrigins: () => ({ plan, origins: ['github.com/acme/site'] }),
    retryRun: () => ({ runId, mode: 'ALL' }),
    leaseTask: asking,
    extendLease: () => ({ leaseId }),
    returnLease: () => ({ leaseId, hadBegun: way === 0 }),
    finishAttempt: () => ({
      leaseId,
      ending: 'EXIT',
      exitCode: way,
      durationMs: 1,
      ...(way === 0 ? {} : { next: asking() }),
    }),
    drainWorker: () => ({ worker: 'w1' }),
    redeliver: () => ({ deliveryId: pick(targets.deliveries, at) ?? randomUUID() }),
    pruneTasks: () => ({ before: new Date().toISOString() }),
  };
  const make = new Map(Object.entries(inputs)).get(mutation);
  if (make) return make();
  if (mutation.endsWith('Plan')) return { plan };
  return mutation.endsWith('Run') ? { runId } : { task: { databaseId } };
}

describeOnEither('A key with bounds', (database) => {
  const channels = [{ name: 'slack', recipient: null } as const];
  const store = storeOf(database, channels);
  const graphql = serveGraphql(database, channels);
  const fields = new Map(Object.entries(buildSchema().getMutationType()?.getFields() ?? {}));

  /** Makes plans with runs, leases and gates, and tasks from outside, some of them in those runs. */
  async function makeWorld(keys: readonly PlanKey[]): Promise<Targets> {
    const targets: Targets = { runs: [], tasks: [], leases: [], deliveries: [] };
    for (const key of keys) await makeRun(key, targets);
    const runIds = [randomUUID(), ...targets.runs.slice(0, 1).map(({ runId }) => runId)];
    for (const task of tasks)
      for (const runId of runIds)
        for (const status of ['running', 'awaiting_approval'] as const)
          targets.tasks.push((await createTask(store, everything, { task, runId, status })).task.id);
    const deliveries = await store.db.query<{ id: string }>({
      text: 'SELECT id FROM deliveries ORDER BY id',
    });
    targets.deliveries.push(...deliveries.map(({ id }) => id));
    return targets;
  }

  /** Starts a run of a plan, unless its name means several; its first task runs, or has failed. */
  async function makeRun(key: PlanKey, targets: Targets): Promise<void> {
    const definition = contentOf(key, 'run');
    const schedule = { definition, ...homeOf(key), schedule: '* * * * *' };
    if (key.isOwn) await settleDue(store, everything, dueTimesInput.parse(schedule)).catch(() => undefined);
    const given = { definition, ...homeOf(key), runId: randomUUID() };
    const run = await startRun(store, everything, startRunInput.parse(given)).catch(() => undefined);
    if (run === undefined) return;
    targets.runs.push({ runId: run.runId, hash: run.planHash, key });
    targets.tasks.push(...run.tasks.map(({ id }) => id));
    const asked = { worker: 'w1', planHashes: [run.planHash], runIds: [], labels: ['l1', 'l2'] };
    const lease = await leaseTask(store, { ...asked, requestId: randomUUID() });
    if (lease === null) return;
    targets.leases.push(lease.leaseId);
    const failed = attemptReport.parse({ ending: 'exit', exitCode: 1, durationMs: 1 });
    if (!key.isOwn) await finishAttempt(store, lease.leaseId, failed);
  }

  it('never changes a row outside, whatever it asks for', async () => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(
        bounds,
        fc.array(planKey, { minLength: 1, maxLength: 4 }),
        fc.array(choice, { minLength: 1, maxLength: 12 }),
        async (given, keys, choices) => {
          await database.truncate();
          const targets = await makeWorld([{ project: 'first', name: 'z', isOwn: true }, ...keys]);
          for (const one of choices) {
            const before = await readOutside(store, given);
            graphql.viewer = { ...viewerNamed('service:ci'), kind: 'service', bounds: given };
            const { mutation } = one;
            const type = fields.get(mutation)?.args[0]?.type;
            const query = `mutation ($input: ${type}) { ${mutation}(input: $input) { __typename } }`;
            const answer = await graphql.send(query, { input: inputOf(one, targets) });
            expect([answer.status < 500, answer.text]).toEqual([true, answer.text]);
            if (answer.body.data?.[mutation]) changes += 1;
            expect([...(await readOutside(store, given))].sort()).toEqual([...before].sort());
          }
        },
      ),
      { numRuns: sized({ short: 25, full: 1000 }) },
    );
    expect(changes).toBeGreaterThan(0);
  });
});
