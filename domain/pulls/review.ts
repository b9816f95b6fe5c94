import type { ReviewState } from '../../contract/words/pulls.ts';
import type { Account } from './pull.ts';

/** A review of a pull request. */
export interface Review {
  /** A later review has a higher one. */
  id: number;
  state: ReviewState;
  /** The commit that was reviewed. */
  commit: string;
  reviewer: Account;
  /** When it was given, by the host; ISO 8601. */
  submittedAt: string | null;
  /** What the reviewer is to the repository, as GitHub says it, e.g. `MEMBER`. */
  association: string;
}

/** Whoever may open a review of a public repository is not for that reason somebody who may approve. */
export const trusted = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);
