import { useAsk } from '../data/useAsk.ts';
import { PlanContentDocument, type PlanContentQuery } from '../generated/graphql.ts';
import type { Plan } from './plan.ts';
import { labelOf } from './planLabel.ts';

/** The content that a plan has now. */
export type CurrentContent = PlanContentQuery['plans'][number]['contents']['nodes'][number];
/** A step of it. */
export type CurrentStep = CurrentContent['steps'][number];

/** Reads the content that a plan has now, and the repositories that it belongs to; parts of a view share one question. */
export function usePlanContent(plan: Plan) {
  const { data, error, refetch } = useAsk(PlanContentDocument, { plan: labelOf(plan) });
  const found = data?.plans.find((one) => labelOf(one) === labelOf(plan));
  return {
    isRead: data !== undefined,
    content: found?.contents.nodes[0],
    origins: found?.origins ?? [],
    error,
    readAgain: () => void refetch(),
  };
}
