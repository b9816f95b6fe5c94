import { spaced } from '../words/words.ts';
import { approvalCardTexts } from './cardTexts.ts';

const texts = approvalCardTexts.evidence;
const counted = ['passed', 'failed', 'running', 'skipped'] as const;

/** The checks of a commit, as the API and the rows have them; words may be those of GraphQL or of rows. */
interface Checks extends Record<(typeof counted)[number], number | null> {
  state: string;
  problem: string | null;
  isComplete: boolean;
}

/** Says how many checks of each kind there are: `14 passed, 1 failed`; nothing where none were counted. */
export function describeCounts(checks: Checks): string {
  return counted
    .filter((kind) => (checks[kind] ?? 0) > 0)
    .map((kind) => `${checks[kind]?.toLocaleString('en')} ${texts.count[kind]}`)
    .join(', ');
}

/** Says why checks were not read, or not all of them; nothing where they were. Those that were not read are never none. */
export function describeUnread({ state, problem, isComplete }: Checks): string {
  if (state.toLowerCase() === 'unavailable') return [texts.unavailable, problem].filter(Boolean).join(' ');
  return problem ?? (isComplete ? '' : texts.incomplete);
}

/** Says how one check stands: `failed, required`. */
export function describeCheck({ state, isRequired }: { state: string; isRequired: boolean }): string {
  return `${wordsOf(state)}${isRequired ? `, ${texts.required}` : ''}`;
}

/** Says whether a pull request can be merged, or why not. */
export function describeMerge(state: string, whyNot: string | null): string {
  return state.toLowerCase() === 'unstable' ? texts.unstable : (whyNot ?? texts.canMerge);
}

/** Says what the reviews amount to, and each of them: `changes requested (ada: approved, bob: changes requested)`. */
export function describeReviews({
  reviewDecision,
  reviews,
}: {
  reviewDecision: string | null;
  reviews: readonly { reviewer: string; state: string }[];
}): string {
  const each = reviews.map(({ reviewer, state }) => `${reviewer}: ${wordsOf(state)}`).join(', ');
  const sum = reviewDecision === null ? '' : wordsOf(reviewDecision);
  return [sum, each && (sum ? `(${each})` : each)].filter(Boolean).join(' ');
}

/** Says who has approved and how many more have to; nothing where there is nothing to say. */
export function describeVotes({
  voters,
  isPending,
  missing,
  required,
}: {
  voters: readonly string[];
  isPending: boolean;
  missing: number;
  required: number;
}): string {
  const { who } = approvalCardTexts;
  if (voters.length === 0) return isPending ? who.noVotes(required) : '';
  return isPending ? who.some(voters.join(', '), missing) : voters.join(', ');
}

function wordsOf(word: string): string {
  return spaced(word.toLowerCase());
}
