import { keyStateFacts } from '../../contract/words/keys.ts';
import { countKeys, readKeyPage } from '../../domain/access/keyPages.ts';
import { personOf } from '../../domain/access/ownKeys.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { enumOf } from '../enums.ts';
import { needsUnlessOwn } from '../needs.ts';
import { ScopeEnum } from '../viewer.ts';

const KeyStateEnum = enumOf('KeyState', keyStateFacts, {
  description: 'Whether a key works.',
});

/** `ApiKey`: no node, since whoever may read nodes may not read keys. */
export const ApiKeyType = builder.prismaObject('ApiKey', {
  description: 'A key of a service or of a person. The key itself is shown once, when it is created.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Identifies the key.' }),
    name: t.exposeString('name', {
      description:
        'The service that it belongs to, e.g. `ci`, which the audit log records as `service:ci`; of a person’s key what they call it.',
    }),
    owner: t.string({
      nullable: true,
      description: 'The person whose key it is; null for that of a service.',
      resolve: ({ owner, personId }) => owner ?? (personId === null ? null : `person:${personId}`),
    }),
    prefix: t.exposeString('prefix', { description: 'How the key begins, so that you recognize it.' }),
    state: t.expose('state', { type: KeyStateEnum, description: 'Whether it works.' }),
    scopes: t.field({
      type: [ScopeEnum],
      description:
        'What it lets its owner do: of a person at most what they may do themselves at the moment.',
      resolve: ({ scopes }) => scopes,
    }),
    projects: t.exposeStringList('projects', {
      description: 'The projects in which it may do that; empty for all.',
    }),
    plans: t.exposeStringList('plans', {
      description:
        'The plans with which it may do that; empty for all. `nightly.*` stands for every name that begins so.',
    }),
    labels: t.exposeStringList('labels', {
      description: 'The labels that its workers may have; empty for all.',
    }),
    tasks: t.exposeStringList('tasks', {
      description:
        'The external tasks that it may report; empty for all. `seo.*` stands for every name that begins so.',
    }),
    madeBy: t.exposeString('madeBy', { description: 'Who created it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it stops working; null if it does not expire.',
    }),
    lastUsedAt: t.expose('usedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute; null if never.',
    }),
    replacedAt: t.expose('replacedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a newer key of the service replaced it.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked.',
    }),
    revokedBy: t.exposeString('revokedBy', { nullable: true, description: 'Who revoked it.' }),
  }),
});

const ApiKeyConnection = builder.connectionObject(
  { type: ApiKeyType, name: 'ApiKeyConnection', description: 'A page of keys, newest first.' },
  { name: 'ApiKeyEdge', description: 'A key and its position in the list.' },
);

builder.queryFields((t) => ({
  apiKeys: t.connection(
    {
      type: ApiKeyType,
      description:
        'The keys of services and people, newest first, page by page. Requires the `admin` scope; being signed in is enough for your own keys.',
      authScopes: (_root, { mine }, { viewer }) => needsUnlessOwn('listKeys', viewer, mine),
      args: {
        mine: t.arg.boolean({ defaultValue: false, description: 'Whether to list only your own keys.' }),
        all: t.arg.boolean({
          defaultValue: false,
          description: 'Whether to include expired and revoked keys.',
        }),
      },
      resolve: (_root, { all, mine, ...page }, context) => {
        const filter = { all: all ?? false, ...(mine ? { person: personOf(context.viewer) } : {}) };
        const { db } = context.store;
        return connect(
          context,
          page,
          (range) => readKeyPage(db, filter, range),
          () => countKeys(db, filter, maxTotalCount),
        );
      },
    },
    ApiKeyConnection,
  ),
}));
