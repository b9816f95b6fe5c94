import type { Client } from '../../client/index.ts';
import type { ExpiryAction, Risk } from '../../contract/words/plans.ts';
import { graphqlName } from '../../contract/words/words.ts';
import type { PlanContent } from './planInput.ts';

type PlanInput = Parameters<Client['registerPlan']>[0];

/** The content of a plan as GraphQL takes it: `always` is `ALWAYS` there. */
export function planArgument({ notify, steps, ...rest }: PlanContent): PlanInput {
  return {
    ...rest,
    ...(notify && { notify: upper(notify) }),
    steps: steps.map(({ retryOn, onOpen, approval, policy, gate, ...step }) => ({
      ...step,
      ...(retryOn && { retryOn: retryOn.map(graphqlName) }),
      ...(onOpen && { onOpen: graphqlName(onOpen) }),
      ...(approval && { approval: graphqlName(approval) }),
      ...(policy && { policy: policyArgument(policy) }),
      ...(gate && { gate: policyArgument(gate) }),
    })),
  };
}

function policyArgument<P extends { onExpire?: ExpiryAction | undefined; risk?: Risk | undefined }>({
  onExpire,
  risk,
  ...rest
}: P) {
  return {
    ...rest,
    ...(onExpire && { onExpire: graphqlName(onExpire) }),
    ...(risk && { risk: graphqlName(risk) }),
  };
}

function upper<Key extends string, Word extends string>(
  words: Readonly<Partial<Record<Key, Word | undefined>>>,
): Partial<Record<Key, Uppercase<Word>>> {
  const named = Object.entries<Word | undefined>(words).flatMap(([key, word]) =>
    word === undefined ? [] : [[key, graphqlName(word)]],
  );
  return Object.fromEntries(named) as Partial<Record<Key, Uppercase<Word>>>;
}
