import { GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { ownValue } from '../contract/ownValue.ts';
import { builder } from './builder.ts';
import { describeResults } from './describeResults.ts';
import { encodeNodeId } from './nodeId.ts';
import { type NodeKind, nodeKinds } from './nodeKinds.ts';
import './scalars.ts';
import './enums.ts';
import './errors.ts';
import './viewer.ts';
import './access/forgetPerson.ts';
import './access/keys.ts';
import './access/changeKeys.ts';
import './access/sessions.ts';
import './access/people.ts';
import './access/changePeople.ts';
import './access/delegate.ts';
import './access/settings.ts';
import './tasks/queries.ts';
import './reporting/create.ts';
import './reporting/update.ts';
import './approvals/decide.ts';
import './retention/prune.ts';
import './changes/taskChanged.ts';
import './changes/changed.ts';
import './approvals/approval.ts';
import './approvals/rights.ts';
import './approvals/list.ts';
import './notifications/delivery.ts';
import './notifications/queries.ts';
import './notifications/redeliver.ts';
import './notifications/channels.ts';
import './approvals/decisions.ts';
import './runs/queries.ts';
import './engine/errors.ts';
import './engine/attempt.ts';
import './engine/waitingFor.ts';
import './engine/startRun.ts';
import './engine/steerRun.ts';
import './engine/leases.ts';
import './engine/finishAttempt.ts';
import './engine/returnLease.ts';
import './engine/drainWorker.ts';
import './engine/workers.ts';
import './failures/acknowledge.ts';
import './freeze/freeze.ts';
import './plans/trustOrigins.ts';
import './schedule/planState.ts';
import './schedule/planContents.ts';
import './schedule/scheduledRuns.ts';
import './trends/trends.ts';
import './metrics/server.ts';

/** Builds the schema; each call gives one of its own. */
export function buildSchema(): GraphQLSchema {
  const schema = builder.toSchema();
  for (const [name, kind] of Object.entries(nodeKinds) as [string, NodeKind<never>][])
    setResolver(schema, name, 'id', (row: never) => encodeNodeId(name, kind.keyOf(row)));
  setResolver(schema, 'PageInfo', 'hasNextPage', (page: { hasNextPage: unknown }) => page.hasNextPage);
  setResolver(
    schema,
    'PageInfo',
    'hasPreviousPage',
    (page: { hasPreviousPage: unknown }) => page.hasPreviousPage,
  );
  describeResults(schema);
  return schema;
}

/** Plugins wrap some plain fields in promises, and leave fields that may be promises without a resolver. */
function setResolver<P>(
  schema: GraphQLSchema,
  type: string,
  field: string,
  resolve: (parent: P) => unknown,
): void {
  const found = schema.getType(type);
  const config = found instanceof GraphQLObjectType ? ownValue(found.getFields(), field) : undefined;
  if (config === undefined) throw new Error(`The schema has no field ${type}.${field}.`);
  config.resolve = resolve;
}
