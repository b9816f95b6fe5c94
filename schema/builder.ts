import SchemaBuilder from '@pothos/core';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { type Scope, scopes } from '../contract/words/viewers.ts';
import type { ApiKey } from '../domain/access/key.ts';
import type { Approval } from '../domain/approvals/approval.ts';
import type { Decision } from '../domain/approvals/record.ts';
import type { Attempt } from '../domain/engine/attempts.ts';
import { mayDo } from '../domain/input/viewer.ts';
import type { Delivery, DeliveryTry } from '../domain/notifications/delivery.ts';
import type { Run } from '../domain/runs/run.ts';
import type { ListedTask } from '../domain/tasks/task.ts';
import type { default as Models } from '../prisma/generated/pothos.ts';
import { getDatamodel } from '../prisma/generated/pothos.ts';
import { maxTotalCount } from './connection.ts';
import type { Context } from './context.ts';
import { relayOptions } from './relay.ts';
import { explainUnauthorized } from './unauthorized.ts';

/**
 * What the builder knows. Rows come from the domain, never from queries of Prisma's plugin; of those that statements read
 * the domain says what they are, their times are ISO texts.
 */
export interface SchemaTypes {
  Context: Context;
  DefaultAuthStrategy: 'all';
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  PrismaTypes: Omit<Models, keyof Rows> & {
    [Name in keyof Rows]: Omit<Models[Name], 'Shape'> & { Shape: Rows[Name] };
  };
  Scalars: {
    ID: { Input: string; Output: string | number };
    DateTime: { Input: string; Output: string | Date };
    JSON: { Input: unknown; Output: unknown };
    SafeInt: { Input: number; Output: number };
  };
  AuthScopes: Record<Scope, boolean>;
  /** Counts the whole list of a connection; called only when `totalCount` is selected. */
  Connection: { countAll: () => Promise<number> };
}

/** Which fields of the models the domain reads. If the type named them by `select`, the plugin would read each row again. */
interface Rows {
  Task: ListedTask;
  Run: Run;
  Attempt: Attempt;
  Approval: Approval;
  Decision: Decision;
  Delivery: Delivery;
  DeliveryTry: DeliveryTry;
  ApiKey: ApiKey;
}

/** The one builder that every type, query and mutation is declared with. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ErrorsPlugin, RelayPlugin, ScopeAuthPlugin, PrismaPlugin],
  defaultFieldNullability: false,
  errors: {
    directResult: true,
    defaultUnionOptions: {
      name: ({ fieldName }) => `${fieldName.charAt(0).toUpperCase()}${fieldName.slice(1)}Result`,
    },
  },
  relay: relayOptions,
  scopeAuth: {
    authorizeOnSubscribe: true,
    defaultStrategy: 'all',
    unauthorizedError: (_parent, context, _info, { failure }) => explainUnauthorized(context.viewer, failure),
    authScopes: ({ viewer }) =>
      Object.fromEntries(scopes.map((scope) => [scope, mayDo(viewer, scope)])) as Record<Scope, boolean>,
  },
  prisma: {
    client: (context) => context.store.db.prisma,
    dmmf: getDatamodel(),
    exposeDescriptions: true,
    onUnusedQuery: 'error',
  },
});

builder.queryType({
  description:
    'Read operations. Everything except `viewer` and `plansOnRecord` requires the `read` scope; the `work` scope is enough for what workers read.',
});
builder.mutationType({
  description:
    'Write operations. Each returns a union: the changed object, or an expected error with its own fields.',
});
builder.subscriptionType({
  description: 'Live updates, over Server-Sent Events. Each requires the `read` scope.',
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    description: `How many nodes the whole list has. Counted only if selected, and only up to ${maxTotalCount}, which means that many or more.`,
    resolve: ({ countAll }) => countAll(),
  }),
);
