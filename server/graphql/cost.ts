import { type DocumentNode, getOperationAST, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { costHeader } from '../../contract/protocol.ts';

/** What an operation costs, and how much it may. */
export interface Cost {
  requested: number;
  limit: number;
}

/** Tells callers who ask for it what their operations cost. */
export interface CostTeller {
  plugin: Plugin;
  /** Takes note of the cost of an operation that its limit lets pass; those of one document come in their order. */
  note(context: ValidationContext | null, cost: number): void;
}

/** Makes what tells the costs that validation has found: each document is weighed once, however often it comes. */
export function createCostTeller(limit: number): CostTeller {
  const noted = new WeakMap<DocumentNode, number[]>();
  return {
    note(context, cost) {
      const document = context?.getDocument();
      if (document === undefined) return;
      const costs = noted.get(document);
      if (costs) costs.push(cost);
      else noted.set(document, [cost]);
    },
    plugin: {
      onExecute({ args: { document, operationName, contextValue } }) {
        if (!asksForCost(contextValue.request.headers.get(costHeader))) return;
        const requested = noted.get(document)?.[placeOf(document, operationName)];
        if (requested === undefined) return;
        return {
          onExecuteDone({ result, setResult }) {
            if (Symbol.asyncIterator in result) return;
            setResult({ ...result, extensions: { ...result.extensions, cost: toCost(requested, limit) } });
          },
        };
      },
    },
  };
}

/** Says by its header whether a request wants to know what its operation costs; others keep their short answers. */
export function asksForCost(header: unknown): boolean {
  return header === '1';
}

/** Writes a cost as callers get it: whole numbers, also of one that grew beyond them. */
export function toCost(requested: number, limit: number): Cost {
  return { requested: Math.min(Math.ceil(requested), Number.MAX_SAFE_INTEGER), limit };
}

function placeOf(document: DocumentNode, operationName: string | null | undefined): number {
  const operation = getOperationAST(document, operationName);
  const operations = document.definitions.filter(({ kind }) => kind === operation?.kind);
  return operations.findIndex(({ loc }) => loc === operation?.loc);
}
