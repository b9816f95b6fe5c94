import type { Step } from '../plan/schema.ts';
import type { RunResult, StepResult } from './result.ts';

/** What a run tells those who watch it. */
export type RunEvent =
  | { type: 'runStarted'; runId: string; steps: readonly Step[]; logFile: string }
  | { type: 'stepStarted'; task: string }
  /** The latest line of the running command, masked. */
  | { type: 'stepOutput'; task: string; line: string }
  /** A line by which the command marks a place of the code for GitHub Actions, masked. */
  | { type: 'annotation'; line: string }
  | { type: 'stepEnded'; result: Omit<StepResult, 'taskId'> }
  /** Something worth saying that is not a step's. */
  | { type: 'note'; level: 'info' | 'warn' | 'error'; text: string }
  | { type: 'runEnded'; result: RunResult };

export type RunObserver = (event: RunEvent) => void;
