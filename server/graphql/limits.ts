import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { GraphQLError } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { type Cost, createCostTeller, toCost } from './cost.ts';
import { useMutationLimit } from './mutationLimit.ts';

/** The most that one operation may hold. */
export const operationLimits = {
  /** Levels of fields; a page of tasks of a page of runs takes eight. */
  depth: 12,
  /** Fields, weighed by their depth and by page sizes written out: 200 tasks with all fields cost 10,000. */
  cost: 100_000,
  aliases: 30,
  directives: 50,
  /** Words of its text. The parser recurses, and overflows somewhat above 1,000 nested brackets. */
  tokens: 1000,
} as const;

/** The plugins that refuse what no honest caller sends, before anything is executed, and tell the cost of the rest. */
export function limits(): Plugin[] {
  const costs = createCostTeller(operationLimits.cost);
  const armor = new EnvelopArmor<YogaInitialContext>({
    maxDepth: { n: operationLimits.depth, onReject: [refuse('depth')] },
    costLimit: {
      maxCost: operationLimits.cost,
      onAccept: [(context, { n }) => costs.note(context, n)],
      onReject: [(_context, error) => refuseCost(error)],
    },
    maxAliases: { n: operationLimits.aliases, onReject: [refuse('aliases')] },
    maxDirectives: { n: operationLimits.directives, onReject: [refuse('directives')] },
    maxTokens: { n: operationLimits.tokens, onReject: [refuse('tokens')] },
    blockFieldSuggestion: { enabled: false },
  });
  return [
    useCSRFPrevention({ requestHeaders }),
    useMutationLimit(),
    ...armor.protect().plugins,
    costs.plugin,
  ];
}

/** What is said of an operation that holds too much, and the code by which programs know it. */
const refusals: Record<keyof typeof operationLimits, { code: string; message: string }> = {
  depth: {
    code: 'QUERY_TOO_DEEP',
    message: `The operation nests its fields more than ${operationLimits.depth} levels deep. Query deeper levels in a second operation.`,
  },
  cost: {
    code: 'QUERY_TOO_EXPENSIVE',
    message: `The operation costs more than ${operationLimits.cost}: each field counts, multiplied by the sizes of the pages around it. Ask for smaller pages (first) or fewer nested lists.`,
  },
  aliases: {
    code: 'TOO_MANY_ALIASES',
    message: `The operation has more than ${operationLimits.aliases} aliases. Send several operations, or read several objects with nodes(ids:).`,
  },
  directives: {
    code: 'TOO_MANY_DIRECTIVES',
    message: `The operation has more than ${operationLimits.directives} directives.`,
  },
  tokens: {
    code: 'TOO_MANY_TOKENS',
    message: `The operation has more than ${operationLimits.tokens} tokens. Pass values as variables, or send several operations.`,
  },
};

/** Throws before the library does, whose error looks like one of syntax. */
function refuse(limit: keyof typeof operationLimits, more?: { cost: Cost }) {
  const { code, message } = refusals[limit];
  return (): never => {
    throw new GraphQLError(message, { extensions: { code, ...more, http: { status: 400, spec: true } } });
  };
}

/** Says what it costs too, which the library tells in its message alone. */
function refuseCost({ message }: GraphQLError): never {
  const found = Number(/ found (\S+)\.$/.exec(message)?.[1]);
  const cost = Number.isNaN(found) ? undefined : toCost(found, operationLimits.cost);
  return refuse('cost', cost && { cost })();
}

/** A page of another site cannot set these without asking first; a JSON content type is as good. */
const requestHeaders = ['x-graphql-yoga-csrf', 'authorization', 'x-admin-key'];
