import { type DocumentNode, type ExecutionResult, getOperationAST, Kind } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import { ByteCache } from '../../contract/byteCache.ts';
import { costHeader } from '../../contract/protocol.ts';
import { asksForCost } from './cost.ts';
import type { EarlyContext } from './early.ts';

/** How many bytes all kept answers may take together; the whole schema takes half a megabyte. */
const maxKeptBytes = 4 * 1024 * 1024;

/**
 * Keeps what the schema tells of itself as the text of the answer: it is the same for all callers until the server ends,
 * open to strangers, and the whole of it takes milliseconds to put together.
 */
export function useIntrospectionCache(
  maxBytes = maxKeptBytes,
): Plugin<Pick<YogaInitialContext, 'params' | 'request'> & EarlyContext> {
  const answers = new ByteCache<string>(maxBytes);
  return {
    onExecute({
      args: { contextValue, document, operationName, variableValues },
      setResultAndStopExecution,
    }) {
      const { params, request, early } = contextValue;
      const isPlain = Object.keys(variableValues ?? {}).length === 0 && early?.result === undefined;
      if (!isPlain || asksForCost(request.headers.get(costHeader))) return;
      const key = JSON.stringify([operationName ?? null, params.query]);
      const known = answers.get(key);
      if (known !== undefined) return setResultAndStopExecution(keptResult(known));
      if (!isIntrospection(document, operationName)) return;
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result || result.errors !== undefined) return;
          const text = JSON.stringify(result);
          // Each character takes two bytes at most.
          answers.set(key, text, 2 * (text.length + key.length));
        },
      };
    },
  };
}

/** A result that is written as the text that it was written as before. */
function keptResult(text: string): ExecutionResult {
  return { data: {}, stringify: () => text } as ExecutionResult;
}

/** Says whether an operation asks for the schema and nothing else, right at its root. */
function isIntrospection(document: DocumentNode, operationName: string | null | undefined): boolean {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  const names = selections.map((one) => (one.kind === Kind.FIELD ? one.name.value : ''));
  const isSchema = (name: string) => name === '__schema' || name === '__type';
  return names.some(isSchema) && names.every((name) => isSchema(name) || name === '__typename');
}
