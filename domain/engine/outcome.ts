import * as z from 'zod';
import { growingPause } from '../../contract/growingPause.ts';
import { keepLink } from '../../contract/input/link.ts';
import { errorText, logExcerpt, logText } from '../../contract/input/text.ts';
import { type Ending, endingFacts, reportedEndings } from '../../contract/words/attempts.ts';
import type { EndedStatus } from '../../contract/words/taskStatus.ts';
import type { StepDefinition } from '../plans/planDefinition.ts';
import { maxInteger } from '../tasks/input.ts';
import { fitOutputs } from './fitOutputs.ts';

/** So many links a report may carry beside the declared one. */
const maxCandidates = 200;

/** What can be no link is left out, so that a report is never refused for what its command printed. */
function usableLink(text: string): string[] {
  const uri = text.length > 512 ? null : keepLink(text).uri;
  return uri !== null && /^https?:/i.test(uri) ? [uri] : [];
}

/** Each output by its key, whatever that is: a record would leave `__proto__` out and say nothing. */
const outputsOfAttempt = z
  .preprocess(
    (value) => (isRecord(value) ? new Map(Object.entries(value)) : value),
    z.map(z.string(), logText, 'expected an object'),
  )
  .transform((outputs) => Object.fromEntries(outputs));

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an attempt reports: how it ended and what it made, never a status. */
export const attemptReport = z
  .object({
    ending: z.enum(reportedEndings),
    /** With the ending `exit`, and only then. */
    exitCode: z.int().min(0).max(255).nullish(),
    /** The signal's name, with the ending `signal`. */
    signal: z.string().min(1).max(32).nullish(),
    durationMs: z.int().min(0).max(maxInteger),
    outputs: outputsOfAttempt.default({}),
    /** What is kept of the link that it reported; `remarksOnLink` says what was left out. */
    outputsUri: z
      .string()
      .transform((text) => keepLink(text).uri)
      .nullish(),
    /** Links that it printed and that may be what it made: pull requests and artifacts, the first one first. */
    candidates: z
      .array(z.string())
      .max(maxCandidates)
      .default([])
      .transform((links) => links.flatMap(usableLink)),
    logExcerpt: logExcerpt.nullish(),
    /** Why, in a few words: of a skip, a failed start or a condition. */
    reason: errorText.nullish(),
    /** What people must know of the report besides. */
    remarks: z.array(z.string()).default([]),
  })
  .refine(({ ending, exitCode }) => (ending === 'exit') === (exitCode != null), {
    error: 'must be given exactly when ending is exit',
    path: ['exitCode'],
  })
  .transform(fitOutputs);
export type AttemptReport = z.output<typeof attemptReport>;

/** The exit code by which a command says that there was nothing to do, where its step names no other. */
const defaultSkipCode = 77;

/** What becomes of a task after an attempt. */
export type Verdict =
  | { status: EndedStatus; reason: string | null }
  /** Made again after some seconds. */
  | { status: 'queued'; reason: string; afterSeconds: number };

/** Judges an attempt by its step: what was not exit code 0 never succeeds, and is made again while tries are left. */
export function judgeAttempt(
  report: Pick<AttemptReport, 'exitCode' | 'signal' | 'reason'> & {
    ending: Ending;
    durationMs?: number;
  },
  step: StepDefinition,
  /** Which try it was, from 1. */
  tries: number,
  /** Whether what it made is a pull request that somebody must look at. */
  holds: boolean,
): Verdict {
  const { ending, exitCode } = report;
  if (ending === 'condition')
    return { status: 'skipped', reason: report.reason ?? 'its condition does not hold' };
  if (ending === 'cancelled') return { status: 'skipped', reason: report.reason ?? 'it was cancelled' };
  if (exitCode === 0) {
    const asks = step.approval === 'always' || (step.approval === 'auto' && holds);
    return { status: asks ? 'awaiting_approval' : 'succeeded', reason: null };
  }
  if (exitCode === (step.skipCode ?? defaultSkipCode))
    return { status: 'skipped', reason: report.reason ?? 'it said so without a reason' };
  const reason = explain(report);
  // Its worker was stopped before the command began: the next one takes it, whatever its retries.
  if (ending === 'interrupted' && report.durationMs === 0)
    return { status: 'queued', reason, afterSeconds: 0 };
  if (tries > step.retries || !step.retryOn.includes(endingFacts[ending].cause))
    return { status: 'failed', reason };
  const { delayMs, factor, maxMs } = step.backoff;
  return {
    status: 'queued',
    reason,
    afterSeconds: growingPause({ firstMs: delayMs, longestMs: maxMs, factor }, tries - 1) / 1000,
  };
}

function explain({ ending, exitCode, signal, reason }: Parameters<typeof judgeAttempt>[0]): string {
  if (ending === 'exit') return `exit code ${exitCode}`;
  if (ending === 'signal') return `killed by ${signal ?? 'a signal'}`;
  if (ending === 'lost') return 'lost: its worker was not heard of until the lease lapsed';
  return (
    reason ??
    {
      timeout: 'timed out',
      idle: 'printed nothing for too long',
      interrupted: 'its worker was stopped',
      unstartable: 'could not be started',
      condition: '',
      cancelled: '',
    }[ending]
  );
}
