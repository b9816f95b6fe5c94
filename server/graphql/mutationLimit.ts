import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** How many mutations a request may contain; one `decideTasks` decides up to 50 tasks. */
export const maxMutations = 5;

/** Refuses operations of more mutations than any caller needs: each may leave a row of the record, or start something. */
export function useMutationLimit(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(limitMutations);
    },
  };
}

const limitMutations: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (operation.operation !== 'mutation') return;
    const count = countFields(
      operation.selectionSet,
      (name) => context.getFragment(name) ?? undefined,
      new Set(),
    );
    if (count <= maxMutations) return;
    const message = `expected at most ${maxMutations} mutations in one request, got ${count}. Use decideTasks to decide up to 50 tasks in one mutation.`;
    context.reportError(
      new GraphQLError(message, { nodes: operation, extensions: { code: 'TOO_MANY_MUTATIONS' } }),
    );
  },
});

/** Counts the fields at the root, those of fragments too; one that includes itself is refused elsewhere. */
function countFields(
  { selections }: SelectionSetNode,
  fragmentNamed: (name: string) => FragmentDefinitionNode | undefined,
  within: ReadonlySet<string>,
): number {
  let count = 0;
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) count += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      count += countFields(selection.selectionSet, fragmentNamed, within);
    else if (!within.has(selection.name.value)) {
      const { value } = selection.name;
      const fragment = fragmentNamed(value);
      if (fragment) count += countFields(fragment.selectionSet, fragmentNamed, new Set([...within, value]));
    }
    if (count > maxMutations) return count;
  }
  return count;
}
