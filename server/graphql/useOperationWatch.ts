import { getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { OperationWatch, SeenOperation } from '../metrics/operations.ts';
import { requestScope } from './requestScope.ts';

/** Observes each request from its arrival until its result is ready to be written. */
export interface OperationObserver {
  plugin: Plugin;
  /** Takes note of a result that is about to be written without the plugin. */
  observe(result: unknown): void;
}

/** Makes what observes the requests of one server. */
export function observeOperations(watch: OperationWatch): OperationObserver {
  const nameOf = boundedNames();
  const observe = (result: unknown) => {
    const scope = requestScope.getStore();
    if (scope === undefined) return;
    const { began, operation } = scope;
    watch({
      operation: operation ? nameOf(operation.name?.value) : 'none',
      type: operation?.operation ?? 'unknown',
      outcome: outcomeOf(result),
      seconds: (performance.now() - began) / 1000,
    });
  };
  return {
    observe,
    plugin: {
      onExecute: ({ args }) => noteOperation(getOperationAST(args.document, args.operationName)),
      onSubscribe: ({ args }) => noteOperation(getOperationAST(args.document, args.operationName)),
      onResultProcess: ({ result }) => observe(result),
    },
  };
}

/** Notes which operation a request turned out to be. */
export function noteOperation(operation: OperationDefinitionNode | null | undefined): void {
  const scope = requestScope.getStore();
  if (scope && operation) scope.operation = operation;
}

/** How many names are told apart; honest callers have few. */
const maxNames = 200;

/** Names operations; past the bound new names are one, so that no caller can make series without end. */
function boundedNames(): (name: string | undefined) => string {
  const known = new Set<string>();
  return (name) => {
    if (name === undefined) return 'anonymous';
    if (known.has(name)) return name;
    if (known.size >= maxNames || !/^[A-Za-z_]\w{0,63}$/.test(name)) return 'other';
    known.add(name);
    return name;
  };
}

const serverFaults = new Set<unknown>(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE']);

function outcomeOf(result: unknown): SeenOperation['outcome'] {
  const { errors } = result as { errors?: readonly { extensions?: Record<string, unknown> }[] };
  if (errors === undefined || errors.length === 0) return 'ok';
  return errors.some(({ extensions }) => serverFaults.has(extensions?.code)) ? 'failed' : 'refused';
}
