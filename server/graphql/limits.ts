import { EnvelopArmor } from '@escape.tech/graphql-armor';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { MaxIntrospectionDepthRule } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
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

/** The plugins that refuse what no honest caller sends, before anything is executed. */
export function limits(): Plugin[] {
  const armor = new EnvelopArmor<YogaInitialContext>({
    maxDepth: { n: operationLimits.depth },
    costLimit: { maxCost: operationLimits.cost },
    maxAliases: { n: operationLimits.aliases },
    maxDirectives: { n: operationLimits.directives },
    maxTokens: { n: operationLimits.tokens },
    blockFieldSuggestion: { enabled: false },
  });
  return [
    ...[useCSRFPrevention({ requestHeaders }), useIntrospectionDepth(), useMutationLimit()],
    ...armor.protect().plugins,
  ];
}

/** A page of another site cannot set these without asking first; a JSON content type is as good. */
const requestHeaders = ['x-graphql-yoga-csrf', 'authorization', 'x-admin-key'];

/** Introspection is free of the other limits, so its lists inside lists have one of their own. */
function useIntrospectionDepth(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(MaxIntrospectionDepthRule);
    },
  };
}
