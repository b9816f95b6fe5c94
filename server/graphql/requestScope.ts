import { AsyncLocalStorage } from 'node:async_hooks';

/** What is known of the request that is being answered, wherever an error is masked. */
export const requestScope = new AsyncLocalStorage<{ requestId: string }>();
