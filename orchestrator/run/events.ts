import type { Step } from '../plan/schema.ts';
import type { RunResult, StepResult } from './result.ts';

/** What a run reports to its observer. */
export type RunEvent =
  | { type: 'runStarted'; runId: string; steps: readonly Step[]; logFile: string | null }
  /** An attempt at a step begins; its number is 1 at the first. */
  | { type: 'stepStarted'; task: string; number: number }
  /** The latest line of the running command, masked. */
  | { type: 'stepOutput'; task: string; line: string }
  /** A line by which the command marks a place of the code for GitHub Actions, masked. */
  | { type: 'annotation'; line: string }
  /** An attempt is over and its step is not: it will be retried, or the attempt does not count. */
  | { type: 'stepPaused'; task: string; text: string }
  | { type: 'stepEnded'; result: StepResult }
  /** Something worth saying that is not a step's. */
  | { type: 'note'; level: 'info' | 'warn' | 'error'; text: string }
  | { type: 'runEnded'; result: RunResult };

export type RunObserver = (event: RunEvent) => void;
