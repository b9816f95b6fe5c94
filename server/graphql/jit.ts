import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Plugin } from 'graphql-yoga';

/** A document is compiled when it comes this often: compiling costs as much as some hundred executions. */
const compileAt = 3;

/** How many compiled documents are kept; callers have few, and attackers' are never compiled. */
const maxCompiled = 200;

/** Compiles the documents that come again and again to functions, which execute them in less time. */
export function useJit(): Plugin {
  const seen = new WeakMap<DocumentNode, Map<string, number>>();
  const compiled = new Map<DocumentNode, Map<string, CompiledQuery | null>>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const query = find(args.schema, args.document, args.operationName ?? '');
      if (!query) return;
      setExecuteFn(async (given: ExecutionArgs) => {
        const { rootValue, contextValue, variableValues } = given;
        const result = await query.query(rootValue, contextValue, variableValues ?? {});
        return refusedVariables(result) ? executeFn(given) : result;
      });
    },
  };

  function find(schema: GraphQLSchema, document: DocumentNode, operation: string): CompiledQuery | null {
    const known = compiled.get(document)?.get(operation);
    if (known !== undefined) return known;
    if (countOf(document, operation) < compileAt) return null;
    const result = compileQuery(schema, document, operation || undefined);
    const query = isCompiledQuery(result) ? result : null;
    const oldest = compiled.keys().next().value;
    if (compiled.size >= maxCompiled && oldest) compiled.delete(oldest);
    compiled.set(document, new Map(compiled.get(document)).set(operation, query));
    return query;
  }

  function countOf(document: DocumentNode, operation: string): number {
    const counts = seen.get(document) ?? new Map<string, number>();
    const count = (counts.get(operation) ?? 0) + 1;
    seen.set(document, counts.set(operation, count));
    return count;
  }
}

/** A result without even empty data: nothing was executed, and the plain executor words the fault as the rest of GraphQL does. */
function refusedVariables(result: ExecutionResult): boolean {
  return result.errors !== undefined && !('data' in result);
}
