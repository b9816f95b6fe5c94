import type { ExecutionResult } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';

/** What was done of a request on the short way before it turned out to need the long one. */
export interface Early {
  /** What it asks for, or why that could not be read: its body is gone by then. */
  params: Promise<GraphQLParams>;
  /** What came of it, where it was executed: it must not be executed again. */
  result?: ExecutionResult;
}

/** Where the long way finds that. */
export interface EarlyContext {
  early?: Early | undefined;
}
