import { growingPause } from '../growingPause.ts';
import { defaultSkipCode, type StepDefinition } from '../plan/step.ts';
import { type Ending, endingFacts, type ReportedEnding } from '../words/attempts.ts';
import type { EndedStatus } from '../words/taskStatus.ts';

/** How an attempt ended. */
export interface EndedAttempt {
  /** `lost` is what the server says of one whose worker is silent. */
  ending: Ending;
  /** With the ending `exit`. */
  exitCode?: number | null | undefined;
  /** With the ending `signal`. */
  signal?: string | null | undefined;
  /** Why, in the words of whoever saw it end. */
  reason?: string | null | undefined;
  durationMs?: number | undefined;
  /** With the ending `lost`: one of the tries before it was lost as well. */
  lostBefore?: boolean | undefined;
}

/** What an attempt alone comes to; the reason is null for a plain success. */
export interface Judgement {
  status: EndedStatus;
  reason: string | null;
}

/** The outcome of a task after an attempt. */
export type Verdict =
  | Judgement
  /** Made again after some seconds. */
  | { status: 'queued'; reason: string; afterSeconds: number };

type Judged = Pick<StepDefinition, 'approval' | 'skipCode'>;

/**
 * Judges an attempt by its step: what was not exit code 0 never succeeds, and is made again while tries are left, after a
 * pause. `tries` counts from 1; `holds` says whether what it made is a pull request that somebody must look at.
 */
export function judgeAttempt(
  attempt: EndedAttempt,
  step: Judged & Pick<StepDefinition, 'retries' | 'retryOn' | 'backoff'>,
  tries: number,
  holds: boolean,
): Verdict {
  const judgement = judgeEnding(attempt, step, holds);
  if (judgement.status !== 'failed') return judgement;
  const { ending } = attempt;
  const reason = judgement.reason ?? ending;
  // Its worker was stopped before the command began: the next one takes it, whatever its retries.
  if (ending === 'interrupted' && attempt.durationMs === 0)
    return { status: 'queued', reason, afterSeconds: 0 };
  const { cause } = endingFacts[ending];
  if (tries > step.retries || cause === null || !step.retryOn.includes(cause)) return judgement;
  // A worker that is gone says nothing of what its command works with.
  if (ending === 'lost' && !attempt.lostBefore) return { status: 'queued', reason, afterSeconds: 0 };
  const { delayMs, factor, maxMs } = step.backoff;
  return {
    status: 'queued',
    reason,
    afterSeconds: growingPause({ firstMs: delayMs, longestMs: maxMs, factor }, tries - 1) / 1000,
  };
}

/** Judges how an attempt ended, regardless of retries. Nothing that a command prints turns a failure into a success. */
export function judgeEnding(attempt: EndedAttempt, step: Judged, holds: boolean): Judgement {
  const { ending, exitCode, reason } = attempt;
  if (ending === 'condition' || ending === 'cancelled')
    return { status: 'skipped', reason: explain(attempt) };
  if (ending === 'exit' && exitCode === 0) {
    const asks = step.approval === 'always' || (step.approval === 'auto' && holds);
    return { status: asks ? 'awaiting_approval' : 'succeeded', reason: null };
  }
  if (ending === 'exit' && exitCode === (step.skipCode ?? defaultSkipCode))
    return { status: 'skipped', reason: reason ?? 'the command gave no reason' };
  return { status: 'failed', reason: explain(attempt) };
}

function explain({ ending, exitCode, signal, reason }: EndedAttempt): string {
  if (ending === 'exit') return `exit code ${exitCode}`;
  if (ending === 'signal') return `killed by ${signal ?? 'a signal'}`;
  if (ending === 'lost') return reason ?? 'lost: its worker stopped sending heartbeats and its lease expired';
  return reason ?? unexplained[ending];
}

const unexplained: Record<Exclude<ReportedEnding, 'exit' | 'signal'>, string> = {
  timeout: 'timed out',
  idle: 'no output for too long',
  interrupted: 'its worker was stopped',
  unstartable: 'could not be started',
  condition: 'its condition is not met',
  cancelled: 'it was cancelled',
};
