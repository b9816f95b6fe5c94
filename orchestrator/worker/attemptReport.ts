import type { Client } from '../../client/index.ts';
import { graphqlName } from '../../contract/words/words.ts';
import type { Attempt } from '../attempt/runStep.ts';
import { endedAttempt } from '../outcome/ending.ts';

/** What the server takes as the end of an attempt. */
export type AttemptReport = Omit<Parameters<Client['finishAttempt']>[0], 'leaseId' | 'next'>;

/** Writes what a command came to as a report: how it ended and what it made, never a status. */
export function attemptReport({
  ending,
  reason,
  outputs,
  links,
  durationMs,
  logExcerpt,
}: Attempt): AttemptReport {
  const ended = endedAttempt(ending);
  return {
    ...ended,
    ending: graphqlName(ended.ending),
    ...(reason === null ? {} : { reason }),
    ...(links.declared === null ? {} : { outputsUri: links.declared }),
    ...(links.candidates.length === 0 ? {} : { candidates: [...links.candidates] }),
    durationMs,
    outputs,
    logExcerpt,
  };
}
