import {
  type ASTVisitor,
  type FieldNode,
  GraphQLError,
  getNamedType,
  isIntrospectionType,
  MaxIntrospectionDepthRule,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** So many types may be asked for by their names in one operation. */
const maxTypes = 5;

/**
 * Bounds what the schema tells of itself, which is free of the other limits and open to everybody: its lists inside lists,
 * and each of its fields once, since under other names each would be told as often again.
 */
export function useIntrospectionBounds(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(MaxIntrospectionDepthRule);
      addValidationRule(onceEach);
    },
  };
}

function onceEach(context: ValidationContext): ASTVisitor {
  let types = 0;
  return {
    Field(field) {
      const name = field.name.value;
      if (name === '__type') {
        types += 1;
        if (types > maxTypes)
          context.reportError(refusal(`asks for more than ${maxTypes} types by their names`, field));
        return;
      }
      const parent = context.getParentType();
      const isWithin = parent !== undefined && parent !== null && isIntrospectionType(getNamedType(parent));
      if ((isWithin || name === '__schema') && field.alias !== undefined && field.alias.value !== name)
        context.reportError(refusal(`gives ${name} another name (${field.alias.value})`, field));
    },
  };
}

function refusal(what: string, field: FieldNode): GraphQLError {
  const extensions = { code: 'INTROSPECTION_TOO_LARGE', http: { status: 400, spec: true } };
  const message = `The operation ${what}. Ask for the schema with each field under its own name, or in several operations.`;
  return new GraphQLError(message, { nodes: field, extensions });
}
