import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type {
  CheckState,
  ChecksState,
  MergeState,
  ReviewDecision,
  ReviewState,
} from '../../contract/words/pulls.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/**
 * What a pull request looks like at one head commit, as its host says, for those who decide. All texts are strangers':
 * bounded, and of one line without control characters.
 */
export interface PullDetails {
  title: string;
  isDraft: boolean;
  /** Whether its head branch is of another repository. */
  isFromFork: boolean;
  baseRef: string;
  headRef: string;
  additions: number;
  deletions: number;
  changedFiles: number;
  mergeState: MergeState;
  /** What its reviews amount to; null where nothing demands reviews. */
  reviewDecision: ReviewDecision | null;
  labels: string[];
  /** The latest verdict of each reviewer, at most 20 of them. */
  reviews: { reviewer: string; state: ReviewState }[];
}

/** One check of a commit. */
export interface PullCheck {
  name: string;
  state: CheckState;
  isRequired: boolean;
  /** Its page on the host of the pull request; null where it has none there. */
  url: string | null;
}

/** The checks of a head commit. Where they could not be counted the numbers are null. */
export interface PullChecks {
  state: ChecksState;
  passed: number | null;
  failed: number | null;
  running: number | null;
  skipped: number | null;
  /** Those to look at: failed ones first, then required ones and those that run; at most 20. */
  named: PullCheck[];
  /** Whether all were read. */
  isComplete: boolean;
  /** Why they could not be read, or not all of them. */
  problem: string | null;
}

/** A file that a pull request changes. */
export interface PullFile {
  path: string;
  additions: number;
  deletions: number;
}

/** The largest files of a pull request. */
export interface PullFiles {
  largest: PullFile[];
  /** How many were looked at. */
  seen: number;
  /** Whether those were all, and the host counted the lines of each. */
  isComplete: boolean;
}

/** What is kept of a pull request at one head commit. */
export interface KeptDetails {
  details: PullDetails | null;
  checks: PullChecks | null;
  files: PullFiles | null;
  /** Why the last attempt to read it failed. */
  problem: string | null;
  readAt: string | null;
}

/** Reads what is kept of several pull requests with one statement, in their order; null where there is nothing. */
export async function readPullDetails(
  db: Queryable,
  pulls: readonly PullHead[],
): Promise<(KeptDetails | null)[]> {
  const found = await db.query(
    detailsOfPulls(
      pulls.map(({ host }) => host),
      pulls.map(({ owner }) => owner),
      pulls.map(({ repo }) => repo),
      pulls.map(({ number }) => number),
      pulls.map(({ headSha }) => headSha),
    ),
  );
  const byPlace = new Map(found.map(({ place, ...kept }) => [place, kept]));
  return pulls.map((_, index) => byPlace.get(index + 1) ?? null);
}

const detailsOfPulls = statement({
  name: 'details_of_pulls',
  text: `SELECT place::int, details, checks, files, problem, read_at AS "readAt"
      FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[]) WITH ORDINALITY AS wanted (host, owner, repo, number, head, place)
        JOIN pull_details kept ON (kept.host, kept.owner, kept.repo, kept.number, kept.head)
          = (lower(wanted.host), lower(wanted.owner), lower(wanted.repo), wanted.number, lower(wanted.head))`,
  row: {
    place: col.int,
    details: col.json<PullDetails>().orNull,
    checks: col.json<PullChecks>().orNull,
    files: col.json<PullFiles>().orNull,
    problem: col.text.orNull,
    readAt: col.time.orNull,
  },
});
