/** What a proposal needs to know. */
export interface ProposalOptions {
  /** A directory of the repository. */
  cwd: string;
  /** Name of the branch that holds the proposal; it belongs to the runner. */
  branch: string;
  label: string;
  /** `owner/name` when it does not follow from the remote `origin`. */
  repo: string | undefined;
  token: string | undefined;
  /** Address of GitHub's API, such as `https://api.github.com`. */
  apiUrl: string;
  /** Pause before the first repeat of a request that failed with a 5xx. @default 1000 */
  retryDelayMs?: number;
  log(line: string): void;
}

/** How a proposal ended. */
export type Outcome =
  | { kind: 'nothing' }
  | { kind: 'opened' | 'updated' | 'unchanged' | 'declined'; url: string }
  | { kind: 'failed'; message: string; hint: string | undefined };
