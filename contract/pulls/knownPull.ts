import type { PullKey } from './pullLinks.ts';

/** What the server knows of a pull request when an attempt at a task reports it. */
export interface KnownPull extends PullKey {
  state: 'open' | 'closed' | 'merged';
  head: string;
  author: string | null;
  authorId: number | null;
  updatedAt: string;
  endedBy: string | null;
  /** When it was created or last pushed to, where that was after the attempt began. */
  touchedAt: string | null;
  /** Whether it was heard of since then, and nothing had happened to it. */
  isUntouched: boolean;
}
