import type { PullKey } from './pullLinks.ts';

/** A pull request at one of its head commits. */
export interface PullHead extends PullKey {
  headSha: string;
}

/** What reads pull requests of a host when somebody looks at one. */
export interface PullReader {
  /** Reads one again, unless that was done within the last minute. */
  refresh(pull: PullHead): Promise<void>;
  /** Reads its largest files. */
  readFiles(pull: PullHead): Promise<void>;
}
