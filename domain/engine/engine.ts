import type { ApprovalFloor } from '../plans/approvalFloor.ts';
import type { Work } from '../queue/work.ts';

/** What a transaction leaves to others: each of them is done after its commit, in a transaction of its own. */
export interface Afterwards {
  /** The locks that may be free now, or behind which a task stands: whoever is first in line is woken. */
  locks: Set<string>;
  /** The steps that may take the place of open work of other runs, or give place to it. */
  successions: { runId: string; step: number }[];
  /** The tasks of which listeners are told beside those that whoever did the work tells of. */
  changed: Set<number>;
}

/** A transaction of the engine: what brings runs forward, and what it leaves for after the commit. */
export interface Engine extends Work {
  leaseMs: number;
  /** What the server demands of approvals. */
  floor?: ApprovalFloor | undefined;
  afterwards: Afterwards;
}
