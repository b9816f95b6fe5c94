import * as z from 'zod';
import { decideTask } from '../../domain/approvals/decide.ts';
import {
  AlreadyDecidedError,
  HeadMovedError,
  InvalidInputError,
  MayNotDecideError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../../domain/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { decisionNote, headSha } from '../../domain/tasks/input.ts';
import type { DecisionAction } from '../../domain/vocabulary.ts';
import { builder } from '../builder.ts';
import { TaskType } from './task.ts';
import { readTaskId, taskKeyFields } from './taskId.ts';

const detailsInput = z.object({ note: decisionNote, expectedHeadSha: headSha.nullish() });

declareDecision('approve', 'Approves what a task made: it becomes `SUCCEEDED`.');
declareDecision('reject', 'Rejects what a task made: it becomes `FAILED`.');
declareDecision('cancel', 'Cancels a task that is queued, running or awaits approval: it becomes `SKIPPED`.');

/** One mutation for each decision. The approver is the viewer; the same decision again is a success. */
function declareDecision(action: DecisionAction, description: string): void {
  const name = `${action}Task` as const;
  const Input = builder.inputType(`${name.charAt(0).toUpperCase()}${name.slice(1)}Input`, {
    description: `Which task to ${action}, and why.`,
    fields: (t) => ({
      ...taskKeyFields(t),
      note: t.string({ description: 'Why; at most 4,000 characters.' }),
      expectedHeadSha: t.string({
        description:
          'The head commit that you looked at; refused when the pull request is known to have another.',
      }),
    }),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: TaskType,
      description: `${description} You are recorded as its approver. The same decision again changes nothing and succeeds. Needs the \`approve\` scope.`,
      authScopes: { approve: true },
      errors: {
        types: [
          InvalidInputError,
          NotFoundError,
          NotAwaitingApprovalError,
          AlreadyDecidedError,
          MayNotDecideError,
          HeadMovedError,
        ],
      },
      args: {
        input: t.arg({ type: Input, required: true, description: `Which task to ${action}, and why.` }),
      },
      resolve: (_root, { input }, { store, viewer }) => {
        const { note, expectedHeadSha } = input;
        const details = readInput(detailsInput, { note, expectedHeadSha });
        return decideTask(store, viewer, readTaskId(input), action, details);
      },
    }),
  );
}
