import { type CheckState, type ChecksState, checkStateFacts } from '../../contract/words/pulls.ts';
import { wordsOf } from '../../contract/words/words.ts';
import type { PullCheck, PullChecks } from '../../domain/pulls/details.ts';

/** How many checks are named. */
const maxNamed = 20;

/** Counts checks that were read, and names those that somebody should look at. */
export function countChecks(
  checks: readonly PullCheck[],
  { isComplete, problem = null }: { isComplete: boolean; problem?: string | null },
): PullChecks {
  const counts = Object.fromEntries(
    wordsOf(checkStateFacts).map((word) => [word, checks.filter(({ state }) => state === word).length]),
  ) as Record<CheckState, number>;
  const named = checks
    .filter(({ state, isRequired }) => isRequired || state === 'failed' || state === 'running')
    .toSorted((one, other) => rankOf(one) - rankOf(other))
    .slice(0, maxNamed);
  return { state: stateOf(checks.length, counts, isComplete), ...counts, named, isComplete, problem };
}

/** Checks that could not be read: at most what they amount to is known. */
export function uncountedChecks(problem: string, state: ChecksState = 'unavailable'): PullChecks {
  const unknown = { passed: null, failed: null, running: null, skipped: null };
  return { state, ...unknown, named: [], isComplete: false, problem };
}

function stateOf(
  total: number,
  { failed, running }: Record<CheckState, number>,
  isComplete: boolean,
): ChecksState {
  if (failed > 0) return 'failed';
  if (running > 0) return 'running';
  // What was not read may have failed.
  if (!isComplete) return 'unavailable';
  return total === 0 ? 'none' : 'passed';
}

/** What has failed comes first, then what is required, then what runs. */
function rankOf({ state, isRequired }: PullCheck): number {
  const byState = { failed: 0, running: 2, passed: 4, skipped: 4 }[state];
  return byState + (isRequired ? 0 : 1);
}
