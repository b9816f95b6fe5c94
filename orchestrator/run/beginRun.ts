import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiUnreachableError, type Client, expectType, type KeySource } from '../../client/index.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { atHome } from '../project/atHome.ts';
import type { PlanHome } from '../project/planHomes.ts';
import type { RunObserver } from './events.ts';

/** The server that a run is recorded by. */
export interface RunServer {
  client: Client;
  url: string;
  /** The key that this server is sent. */
  apiKey?: KeySource | undefined;
}

/** What beginning a run needs beside its plan. */
export interface BeginOptions {
  steps: readonly Step[];
  secrets: readonly string[];
  /** Whose the plan is. @default the project that has a plan of its name on the server, or none */
  home?: PlanHome;
  /** What the run is given. */
  inputs?: Readonly<Record<string, unknown>> | undefined;
  signal: AbortSignal;
  observe: RunObserver;
  /** Milliseconds to wait for a server that is away. @default 60000 */
  patienceMs?: number;
}

/**
 * Starts a run that only this process runs, and waits for a server that is away. Sent again, it starts no second one.
 * @throws ApiUnreachableError when the server stays away, ApiError when it refuses
 */
export async function beginRun(
  { client }: RunServer,
  plan: Plan,
  { steps, secrets, home, inputs, signal, observe, patienceMs = 60_000 }: BeginOptions,
): Promise<{ runId: string }> {
  const isWhole = steps.length === plan.steps.length;
  const content = planArgument(planInput(plan, secrets));
  const input = {
    exclusive: true,
    idempotencyKey: randomUUID(),
    ...(inputs === undefined ? {} : { inputs }),
    ...(isWhole ? {} : { steps: steps.map(({ task }) => task) }),
  };
  const end = performance.now() + patienceMs;
  for (let isAway = false; ; isAway = true) {
    try {
      const start = () =>
        atHome(home, (whose) =>
          client.startRun({ ...input, from: { definition: { content, home: whose } } }, { signal }),
        );
      const { runId } = expectType(await start(), 'Run');
      return { runId };
    } catch (error) {
      if (!(error instanceof ApiUnreachableError) || performance.now() > end) throw error;
      const seconds = Math.round(patienceMs / 1000);
      if (!isAway)
        observe({ type: 'note', level: 'warn', text: `${error.message}; waiting up to ${seconds} s for it` });
      await wait(1000, undefined, { signal });
    }
  }
}
