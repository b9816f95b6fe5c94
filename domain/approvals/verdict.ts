import type { Task } from '../tasks/task.ts';
import type { OpenApproval } from './approval.ts';
import type { DecisionRequest } from './decisionRequest.ts';
import { actingForOf, type JudgeSetting, refusalByAdmins, refusalOf } from './mayDecide.ts';
import { isEnough } from './votes.ts';

/** What comes of a wish about a task that can be decided. */
interface Verdict {
  denied?: Error | undefined;
  /** The person for whom a delegate decides. */
  actingFor?: string | undefined;
  /** Whether more have to approve. */
  isVote?: boolean;
}

/** Judges a wish about a task that can be decided. */
export function verdictOf(
  approval: OpenApproval | undefined,
  task: Task,
  wish: DecisionRequest,
  setting: JudgeSetting,
): Verdict {
  if (approval === undefined) return {};
  if (wish.isFact) return { denied: refusalByAdmins(wish, setting) };
  const denied = refusalOf(approval, task, wish, setting);
  if (denied) return { denied };
  const actingFor = actingForOf(approval, wish, setting);
  return { actingFor, isVote: wish.action === 'approve' && !isEnough(approval, wish.by, actingFor) };
}
