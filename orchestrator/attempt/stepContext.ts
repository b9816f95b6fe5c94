import type { StepLog } from '../output/stepLog.ts';
import type { Plan } from '../plan/schema.ts';

/** What a step needs of its run. */
export interface StepContext {
  plan: Plan;
  runId: string;
  dataDir: string;
  /** The orchestrator's own variables, of which the step sees what it may. */
  variables: Readonly<Record<string, string | undefined>>;
  secrets: readonly string[];
  /** What an account of a step's own must not reach: the data directory, `.env`, files of secrets. */
  privatePaths: readonly string[];
  /** Environment variables beside the step's own: the inputs of the run and the outputs of the steps that it needs. */
  needsVariables?: Readonly<Record<string, string>>;
  githubHosts: readonly string[];
  /** Where the checkout of the plan came from, as git has it. */
  origin?: string | undefined;
  log: StepLog;
  signal: AbortSignal;
  /** Has the command ended when its worker hangs for so many milliseconds. */
  hangMs?: number | undefined;
  /** Told the cookie of the attempt before its command is started; where it throws, that is not. */
  onBegin?(cookie: string): void;
  onStart?(pid: number): void;
  onLine?(line: string): void;
  onAnnotation?(line: string): void;
}
