import { GraphQLError, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Tells nobody the schema: refuses operations that ask for it, and has no error name a part of it that its caller did
 * not. `__typename` stays, since clients tell results apart by it.
 */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(refuseIntrospection);
    },
    onResultProcess({ result }) {
      const { errors } = result as { errors?: readonly GraphQLError[] };
      for (const error of errors ?? []) error.message = withoutSuggestion(error.message);
    },
  };
}

/** Fields are known by their names, whatever alias they have, in fragments and in operations that are not executed too. */
const refuseIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const name = node.name.value;
    if (name !== '__schema' && name !== '__type') return undefined;
    const http = { status: 400, spec: true };
    const extensions = { code: 'INTROSPECTION_OFF', http };
    context.reportError(new GraphQLError(introspectionIsOff, { nodes: node, extensions }));
    return false;
  },
});

const introspectionIsOff =
  'Introspection is switched off on this server (INTROSPECTION=off). The whole schema is in the file schema.graphql of Nightshift.';

/** Cuts off what graphql-js adds in some ten places: for fields, types, arguments, values and fragments. */
function withoutSuggestion(message: string): string {
  return message.split(' Did you mean ', 1)[0] ?? message;
}
