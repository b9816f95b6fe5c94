import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../domain/input/viewer.ts';

/** A document is compiled when it comes this often: compiling costs as much as some hundred executions. */
const compileAt = 3;

/** How many compiled operations are kept, those that were used last. */
const maxCompiled = 200;

/** How the compiler of documents is bounded. */
export interface JitLimits {
  /** How many operations may be compiled a minute. @default 30 */
  perMinute?: number;
  /** Told of each operation that is compiled. */
  onCompile?: (operation: string) => void;
}

/**
 * Compiles the documents that come again and again to functions, which execute them in less time. Compiling costs, so
 * it is only for viewers with a scope, and so often a minute; everything else goes through the plain executor.
 */
export function useJit({ perMinute = 30, onCompile }: JitLimits = {}): Plugin<{ viewer: Viewer }> {
  const seen = new WeakMap<DocumentNode, Map<string, number>>();
  const compiled = new CompiledOperations();
  const mayCompile = minuteBudget(perMinute);
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      if (args.contextValue.viewer.scopes.size === 0) return;
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
    const known = compiled.get(document, operation);
    if (known !== undefined) return known;
    // A name that the document does not have is executed to an error, and not worth remembering.
    if (getOperationAST(document, operation || undefined) == null) return null;
    if (countOf(document, operation) < compileAt || !mayCompile()) return null;
    onCompile?.(operation);
    const result = compileQuery(schema, document, operation || undefined);
    const query = isCompiledQuery(result) ? result : null;
    compiled.set(document, operation, query);
    return query;
  }

  function countOf(document: DocumentNode, operation: string): number {
    const counts = seen.get(document) ?? new Map<string, number>();
    const count = (counts.get(operation) ?? 0) + 1;
    seen.set(document, counts.set(operation, count));
    return count;
  }
}

/** Compiled operations by their documents, the one that was used longest ago first. */
class CompiledOperations {
  readonly #documents = new Map<DocumentNode, Map<string, CompiledQuery | null>>();

  get(document: DocumentNode, operation: string): CompiledQuery | null | undefined {
    const operations = this.#documents.get(document);
    if (operations === undefined) return undefined;
    this.#documents.delete(document);
    this.#documents.set(document, operations);
    return operations.get(operation);
  }

  set(document: DocumentNode, operation: string, query: CompiledQuery | null): void {
    const operations = this.#documents.get(document) ?? new Map();
    this.#documents.delete(document);
    this.#documents.set(document, operations.set(operation, query));
    const oldest = this.#documents.keys().next().value;
    if (this.#documents.size > maxCompiled && oldest) this.#documents.delete(oldest);
  }
}

/** Makes what says whether something may be done once more in this minute. */
function minuteBudget(perMinute: number, now = () => performance.now()): () => boolean {
  let left = perMinute;
  let since = now();
  return () => {
    const time = now();
    if (time - since >= 60_000) {
      left = perMinute;
      since = time;
    }
    left -= 1;
    return left >= 0;
  };
}

/** A result without even empty data: nothing was executed, and the plain executor words the fault as the rest of GraphQL does. */
function refusedVariables(result: ExecutionResult): boolean {
  return result.errors !== undefined && !('data' in result);
}
