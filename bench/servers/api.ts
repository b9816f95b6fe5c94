import { createClient, expectType, type Task } from '../../client/index.ts';
import { patienceMs, until, within } from '../waits/within.ts';
import { apiKey } from './machine.ts';

/** A step of a plan that no worker of the bench carries out. */
export interface NamedStep {
  task: string;
  needs?: string[];
}

/** A task that has succeeded; times in milliseconds since 1970, by the database's clock. */
export interface EndedTask {
  task: string;
  startedAt: number;
  finishedAt: number;
  /** Empty unless asked for. */
  logExcerpt: string;
}

/** What the bench asks of a server through the typed client; each call has a limit. */
export interface Api {
  /** Makes a plan known and gives its hash. */
  registerPlan(name: string, concurrency: number, steps: readonly NamedStep[]): Promise<string>;
  startRun(plan: string, runId: string): Promise<void>;
  cancelRun(runId: string): Promise<void>;
  /** Takes a lease of a plan's tasks; null when none came within `waitMs`. */
  lease(
    wanted: { worker: string; hash: string; waitMs?: number },
    signal?: AbortSignal,
  ): Promise<{ leaseId: string; runId: string } | null>;
  /** Reports that the attempt has succeeded. */
  succeed(leaseId: string): Promise<void>;
  /** Waits until nothing of a run is queued or running; asks so often. */
  ended(runId: string, everyMs: number): Promise<void>;
  /** Reads the tasks of a run, the first started first. @throws when one did not succeed */
  succeededTasks(runId: string, withLogs: boolean): Promise<EndedTask[]>;
  /** Starts a run of a plan of one step, and gives the milliseconds until the server tells that it has succeeded. */
  timeOneStep(plan: string, runId: string): Promise<number>;
}

/** Makes the calls to a server, with the key of the bench. */
export function openApi(url: string, limitMs = patienceMs): Api {
  const client = createClient({ url, apiKey, timeoutMs: limitMs });
  const startRun = async (plan: string, runId: string) => {
    const start = (signal: AbortSignal) => client.startRun({ plan, runId }, { signal });
    expectType(await within(`run ${runId} to start`, start, limitMs), 'Run');
  };
  return {
    startRun,
    async registerPlan(name, concurrency, steps) {
      const plan = { name, concurrency, steps: [...steps] };
      const register = (signal: AbortSignal) => client.registerPlan(plan, { signal });
      return expectType(await within(`plan ${name} to be made known`, register, limitMs), 'RegisteredPlan')
        .hash;
    },
    async cancelRun(runId) {
      const cancel = (signal: AbortSignal) => client.cancelRun(runId, undefined, { signal });
      await within(`run ${runId} to be cancelled`, cancel, limitMs);
    },
    async lease({ worker, hash, waitMs = 0 }, stop) {
      const upMs = Math.round(performance.now());
      const wanted = { worker, planHashes: [hash], upMs, ...(waitMs > 0 && { waitMs }) };
      const take = (signal: AbortSignal) =>
        client.leaseTask(wanted, { signal: stop ? AbortSignal.any([signal, stop]) : signal });
      const offer = await within(`an answer to ${worker}, which asks for a task`, take, limitMs + waitMs);
      return expectType(offer, 'LeaseOffer').lease ?? null;
    },
    async succeed(leaseId) {
      const report = { leaseId, ending: 'EXIT' as const, exitCode: 0, durationMs: 1 };
      const finish = (signal: AbortSignal) => client.finishAttempt(report, { signal });
      await within('the report of an attempt to be taken', finish, limitMs);
    },
    async ended(runId, everyMs) {
      let counts = {};
      const what = () => `run ${runId} to end, of which was known: ${JSON.stringify(counts)}`;
      const ask = async (signal: AbortSignal) => {
        const run = await client.run(runId, { signal });
        counts = run?.counts ?? {};
        return run && run.counts.queued + run.counts.running === 0 ? true : undefined;
      };
      await until(what, ask, { everyMs, limitMs });
    },
    async succeededTasks(runId, withLogs) {
      const read = async (signal: AbortSignal) => {
        const found: EndedTask[] = [];
        for await (const task of client.walkTasks({ runId: [runId] }, { pageSize: 200, signal })) {
          const logs = withLogs ? await client.task({ id: task.id }, { signal }) : null;
          found.push({ ...checkSuccess(task), logExcerpt: logs?.logExcerpt ?? '' });
        }
        return found.sort((a, b) => a.startedAt - b.startedAt);
      };
      return await within(`the tasks of run ${runId}`, read, limitMs);
    },
    async timeOneStep(plan, runId) {
      const connected = Promise.withResolvers<void>();
      const watch = async (signal: AbortSignal) => {
        for await (const task of client.watchRun(runId, { signal, onConnect: connected.resolve })) {
          if (task.status !== 'QUEUED' && task.status !== 'RUNNING') return checkSuccess(task);
        }
        throw new Error(`Nothing more is told of run ${runId}.`);
      };
      const succeeded = within(`the one step of run ${runId} to end`, watch, limitMs);
      await Promise.race([succeeded, connected.promise]);
      const began = performance.now();
      await Promise.all([startRun(plan, runId), succeeded]);
      return performance.now() - began;
    },
  };
}

function checkSuccess({ task, status, reason, startedAt, finishedAt }: Task): Omit<EndedTask, 'logExcerpt'> {
  if (status !== 'SUCCEEDED') throw new Error(`${task} is ${status}: ${reason}`);
  return { task, startedAt: Date.parse(startedAt ?? ''), finishedAt: Date.parse(finishedAt ?? '') };
}
