import { shortSha } from '../../../contract/approvals/cardTexts.ts';
import type { DecisionAction } from '../../../contract/words/decisions.ts';
import { graphqlName, wordOf } from '../../../contract/words/words.ts';
import { ask } from '../../data/ask.ts';
import {
  type DecisionAction as ActionName,
  DecideDocument,
  type DecideMutation,
} from '../../generated/graphql.ts';
import { tellHere } from '../../live/live.ts';
import { approvalTexts, decisionTexts } from '../../texts/approvals.ts';
import { type Shown, toInput } from '../shown.ts';

const { refused } = decisionTexts;

/** How one decision ended, in words. */
export interface Result {
  ok: boolean;
  text: string;
}

type One = Extract<DecideMutation['decideTasks'], { results: unknown }>['results'][number];

/** As many as the API decides at once. */
const atOnce = 50;

/** Decides several tasks, each as it was shown and by itself; gives a result for each, in their order. Never rejects. */
export async function decide(
  action: DecisionAction,
  items: readonly Shown[],
  note: string,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += atOnce)
    results.push(...(await decideSome(action, items.slice(from, from + atOnce), note.trim())));
  // Whatever came of it: everything that shows them reads them again.
  tellHere({ type: 'gap' });
  return results;
}

async function decideSome(action: DecisionAction, items: readonly Shown[], note: string): Promise<Result[]> {
  const all = (text: string) => items.map((): Result => ({ ok: false, text }));
  try {
    const { decideTasks } = await ask(DecideDocument, {
      input: {
        action: graphqlName(action) as ActionName,
        tasks: items.map(toInput),
        ...(note !== '' && { note }),
      },
    });
    if (decideTasks.__typename === 'InvalidInputError') return all(refused.input(decideTasks.message));
    return decideTasks.results.map((one) => resultOf(action, one));
  } catch (error) {
    return all(refused.unknown(error instanceof Error ? error.message : String(error)));
  }
}

function resultOf(action: DecisionAction, one: One): Result {
  switch (one.__typename) {
    case 'Task':
      return { ok: true, text: doneText(action, one) };
    case 'AlreadyDecidedError':
      return { ok: false, text: refused.already(approvalTexts.states[wordOf(one.decision)], one.approver) };
    case 'HeadMovedError':
      return { ok: false, text: refused.moved(shortSha(one.head)) };
    case 'NotAsShownError':
      return { ok: false, text: refused.notAsShown };
    case 'NotAwaitingApprovalError':
      return { ok: false, text: refused.notAwaiting };
    case 'MayNotDecideError':
      return { ok: false, text: refused.mayNot(one.message) };
    case 'NotFoundError':
      return { ok: false, text: refused.missing };
  }
}

function doneText(action: DecisionAction, { approval }: Extract<One, { __typename: 'Task' }>): string {
  const isVote = action === 'approve' && approval?.state === 'PENDING';
  return isVote ? decisionTexts.voted(approval.mayDecide.missing) : decisionTexts.done[action];
}
