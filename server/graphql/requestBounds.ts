import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** The longest text of an operation, in bytes. */
export const maxQueryBytes = 32 * 1024;

/** The longest name of an operation, in characters. */
const maxNameLength = 200;

/** Refuses texts of operations that no honest caller sends, before they are parsed. */
export function useRequestBounds(): Plugin {
  return {
    onParams({ params: { query, operationName } }) {
      const bytes = typeof query === 'string' ? Buffer.byteLength(query) : 0;
      if (bytes > maxQueryBytes) {
        throw tooLong(
          `The query: expected at most ${maxQueryBytes} bytes, got ${bytes}. Pass values as variables.`,
        );
      }
      const length = typeof operationName === 'string' ? operationName.length : 0;
      if (length > maxNameLength) {
        throw tooLong(`operationName: expected at most ${maxNameLength} characters, got ${length}.`);
      }
    },
  };
}

function tooLong(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 413 } } });
}
