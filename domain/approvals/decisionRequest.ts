import type { DecisionAction, DecisionVia } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import type { Decider } from '../input/viewer.ts';
import type { Task } from '../tasks/task.ts';
import type { Shown } from './shown.ts';

/** What is known of a wish to decide beside its task and action: what was shown, and the note. */
export interface DecisionDetails extends Shown {
  note?: string | null | undefined;
  /** @default 'graphql' */
  via?: DecisionVia;
}

/** A wish to decide. */
export interface DecisionRequest extends DecisionDetails {
  id: number;
  action: DecisionAction;
  by: Decider;
  /** Who is recorded as the approver, where the caller answers for the name; the policy judges the viewer all the same. @default the viewer */
  approver?: string | undefined;
  /** Whether it is a fact already, which no policy can refuse: the pull request was merged or closed. Who may decide at all is asked all the same. */
  isFact?: boolean;
  /** When it was done elsewhere: within the time of an approval it counts, though that time is over when it is heard. */
  madeAt?: string | undefined;
  /** Looks, once the task's row is locked, whether the reason for it still holds; without it nothing is decided, and nothing recorded. */
  given?: (tx: Queryable) => Promise<boolean>;
  /** What a refusal changes beside the record, in the same transaction. */
  refused?: (tx: Queryable, refusal: Error) => Promise<void>;
  /** What else changes with it, in the same transaction; gives the task as it is then. `isNew` says that it ended just now. */
  also?: (tx: Queryable, task: Task, isNew: boolean) => Promise<Task>;
}
