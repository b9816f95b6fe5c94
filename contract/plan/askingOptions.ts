import * as z from 'zod';
import { approvalModes, onOpenModes } from '../words/plans.ts';
import {
  type ApprovalMode,
  approvalFile,
  approvalPolicy,
  type GatePolicy,
  gateFile,
  knownPolicy,
} from './approvalPolicy.ts';
import { option } from './option.ts';
import { isObject, oneOf } from './values.ts';

/** The options of a step on which others depend. */
interface Siblings {
  approval: ApprovalMode | z.output<typeof approvalFile>;
  gate?: true | GatePolicy | undefined;
  onOpen?: (typeof onOpenModes)[number] | undefined;
}

/** When people are asked about a step, and what happens while they have not answered. */
export const askingOptions = {
  approval: option({
    file: z
      .union([z.enum(approvalModes), approvalFile], {
        error: ({ input }) =>
          isObject(input)
            ? undefined
            : `expected ${approvalModes.map((mode) => JSON.stringify(mode)).join(', ')} or a policy such as { mode: "auto", required: 2 }`,
      })
      .default('auto'),
    text: "When the output needs approval. `'auto'`: if it is a pull request. `'always'`: after every success. `'never'`. Or [a policy](#approval-policy).",
    known: {
      approval: z
        .enum(approvalModes)
        .default('auto')
        .describe('When its output needs approval. Default `AUTO`.'),
      policy: approvalPolicy.nullish().describe('How its approval is decided.'),
    },
    toKnown(approval) {
      if (typeof approval === 'string') return { approval };
      const { mode, ...own } = approval;
      const policy = knownPolicy(own);
      return { approval: mode, ...(Object.keys(policy).length > 0 ? { policy } : {}) };
    },
  }),
  gate: option({
    file: z
      .union([z.literal(true), gateFile], {
        error: ({ input }) =>
          isObject(input)
            ? undefined
            : 'expected true, or a policy such as { approvers: ["ada@example.com"] }',
      })
      .optional(),
    shownDefault: 'no gate',
    text: 'Ask for approval [before the command runs](#gates): `true`, or a policy.',
    known: {
      gate: approvalPolicy
        .nullish()
        .describe(
          'How it is approved before it runs; omit it for no gate. A gate cannot approve when it expires, and does nothing to a pull request.',
        ),
    },
    toKnown(_gate, step) {
      const policy = gatePolicyOf(step as Siblings);
      return policy === undefined ? {} : { gate: knownPolicy(policy) };
    },
  }),
  onOpen: option({
    file: oneOf(onOpenModes).optional(),
    shownDefault: "`'run'`, with a `gate` `'supersede'`",
    text: "If an earlier run of this step is still pending approval: `'run'` anyway, `'skip'` this one, or `'supersede'`: of several runs only the latest keeps its approval, and the others are cancelled.",
    known: {
      onOpen: z
        .enum(onOpenModes)
        .default('run')
        .describe('What to do if an earlier run of this step is still pending approval. Default `RUN`.'),
    },
    toKnown: (_onOpen, step) => ({ onOpen: onOpenOf(step as Siblings) }),
  }),
};

/** What a step does while earlier work of it is open; what waits to run is meant to be the latest. */
export function onOpenOf({
  onOpen,
  gate,
}: Pick<Siblings, 'onOpen' | 'gate'>): NonNullable<Siblings['onOpen']> {
  return onOpen ?? (gate === undefined ? 'run' : 'supersede');
}

/** The policy by which a step is approved before it runs; undefined where nobody is asked. */
export function gatePolicyOf({
  gate,
  approval,
}: Pick<Siblings, 'gate' | 'approval'>): GatePolicy | undefined {
  if (gate !== true) return gate;
  if (typeof approval === 'string') return {};
  const { mode: _mode, onApprove: _onApprove, ...own } = approval;
  return own;
}
