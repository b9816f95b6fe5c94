import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { EarlyContext } from './early.ts';

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

/** Operations that came so often that they were compiled. */
export interface Jit {
  /** Has such operations executed by what they were compiled to. */
  plugin: Plugin<{ viewer: Viewer } & EarlyContext>;
  /** Gives an operation, where it was compiled. */
  find(document: DocumentNode, operation: string): CompiledOperation | undefined;
}

/** An operation that was compiled. */
export interface CompiledOperation {
  node: OperationDefinitionNode;
  query: CompiledQuery['query'];
}

/**
 * Compiles the documents that come again and again to functions, which execute them in less time. Compiling costs, so
 * it is only for viewers with a scope, and so often a minute; everything else goes through the plain executor.
 */
export function createJit({ perMinute = 30, onCompile }: JitLimits = {}): Jit {
  const seen = new WeakMap<DocumentNode, Map<string, number>>();
  const compiled = new CompiledOperations();
  const mayCompile = minuteBudget(perMinute);
  return {
    plugin: {
      onExecute({ args, executeFn, setExecuteFn }) {
        const { viewer, early } = args.contextValue;
        const executed = early?.result;
        if (executed) return setExecuteFn(() => executed);
        if (viewer.scopes.size === 0) return;
        const compiled = findOrCompile(args.schema, args.document, args.operationName ?? '');
        if (!compiled) return;
        setExecuteFn(async (given: ExecutionArgs) => {
          const { rootValue, contextValue, variableValues } = given;
          const result = await compiled.query(rootValue, contextValue, variableValues ?? {});
          return refusedVariables(result) ? executeFn(given) : result;
        });
      },
    },
    find: (document, operation) => compiled.get(document, operation) ?? undefined,
  };

  function findOrCompile(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: string,
  ): CompiledOperation | null {
    const known = compiled.get(document, operation);
    if (known !== undefined) return known;
    // A name that the document does not have is executed to an error, and not worth remembering.
    const node = getOperationAST(document, operation || undefined);
    if (node == null) return null;
    if (countOf(document, operation) < compileAt || !mayCompile()) return null;
    onCompile?.(operation);
    const result = compileQuery(schema, document, operation || undefined);
    const made = isCompiledQuery(result) ? { node, query: result.query } : null;
    compiled.set(document, operation, made);
    return made;
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
  readonly #documents = new Map<DocumentNode, Map<string, CompiledOperation | null>>();

  get(document: DocumentNode, operation: string): CompiledOperation | null | undefined {
    const operations = this.#documents.get(document);
    if (operations === undefined) return undefined;
    this.#documents.delete(document);
    this.#documents.set(document, operations);
    return operations.get(operation);
  }

  set(document: DocumentNode, operation: string, made: CompiledOperation | null): void {
    const operations = this.#documents.get(document) ?? new Map();
    this.#documents.delete(document);
    this.#documents.set(document, operations.set(operation, made));
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
export function refusedVariables(result: ExecutionResult): boolean {
  return result.errors !== undefined && !('data' in result);
}
