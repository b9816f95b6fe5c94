import { Histogram, type Registry } from 'prom-client';
import { answerBounds } from './requests.ts';

/** What is seen of one GraphQL request. */
export interface SeenOperation {
  operation: string;
  type: 'query' | 'mutation' | 'subscription' | 'unknown';
  /** `refused` is the caller's fault, `failed` is the server's. */
  outcome: 'ok' | 'refused' | 'failed';
  seconds: number;
}

/** Takes note of one GraphQL request. */
export type OperationWatch = (seen: SeenOperation) => void;

/** Creates the observer of GraphQL requests; it distinguishes only a limited number of names. */
export function operationWatch(registry: Registry): OperationWatch {
  const histogram = new Histogram({
    name: 'nightshift_graphql_request_duration_seconds',
    help: 'Duration of GraphQL requests by operation; for subscriptions only the start.',
    labelNames: ['operation', 'type', 'outcome'],
    buckets: answerBounds,
    registers: [registry],
  });
  return ({ seconds, ...labels }) => histogram.observe(labels, seconds);
}
