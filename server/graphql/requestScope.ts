import { AsyncLocalStorage } from 'node:async_hooks';
import type { OperationDefinitionNode } from 'graphql';

/** What is known of one request. */
interface RequestScope {
  requestId: string;
  /** When it came, as `performance.now` tells it. */
  began: number;
  /** Set when it is executed. */
  operation?: OperationDefinitionNode;
}

/** What is known of the request that is being answered, wherever an error is masked or the request is observed. */
export const requestScope = new AsyncLocalStorage<RequestScope>();
