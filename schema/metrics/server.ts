import { packageVersion } from '../../contract/packageVersion.ts';
import { protocol } from '../../contract/protocol.ts';
import { databaseKindFacts } from '../../contract/words/databases.ts';
import {
  type DatabaseHealth,
  type QueueHealth,
  readDatabaseHealth,
  readQueueHealth,
} from '../../domain/metrics/health.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';

const DatabaseKindEnum = enumOf('DatabaseKind', databaseKindFacts, {
  description: 'Which database a server has.',
});

const DatabaseHealthType = builder.objectRef<DatabaseHealth>('DatabaseHealth').implement({
  description: 'How the database of a server stands.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DatabaseKindEnum, description: 'Which database it is.' }),
    version: t.exposeString('version', { description: 'Its version of PostgreSQL.' }),
    bytes: t.expose('bytes', { type: 'SafeInt', description: 'Its size in bytes.' }),
    freeBytes: t.expose('freeBytes', {
      type: 'SafeInt',
      nullable: true,
      description: 'Free bytes on the disk of the embedded database; null for another database.',
    }),
    migrations: t.exposeInt('migrations', { description: 'How many migrations were applied.' }),
    latestMigration: t.exposeString('latestMigration', {
      nullable: true,
      description: 'The name of the latest migration.',
    }),
    sweptAt: t.expose('sweptAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When a server last looked for expired leases and whatever else time brings, as each does every ten seconds; null if none ever has.',
    }),
  }),
});

const QueueHealthType = builder.objectRef<QueueHealth>('QueueHealth').implement({
  description: 'The queued tasks of plans.',
  fields: (t) => ({
    due: t.exposeInt('due', { description: 'Tasks that a worker may take, or may after a pause.' }),
    dueSince: t.expose('dueSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of them was created; null if there is none.',
    }),
    waiting: t.exposeInt('waiting', {
      description: 'Tasks that wait for other tasks, for a lock, or for a slot in their run.',
    }),
    waitingSince: t.expose('waitingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When the oldest of them was created; null if there is none.',
    }),
  }),
});

const ServerType = builder.objectRef<object>('Server').implement({
  description: 'The server that answers, with its database and queue. Replicas share both.',
  fields: (t) => ({
    version: t.string({ description: 'Its version of Nightshift.', resolve: () => packageVersion() }),
    protocol: t.int({ description: 'The protocol that it speaks with workers.', resolve: () => protocol }),
    node: t.string({ description: 'Its version of Node.', resolve: () => process.versions.node }),
    platform: t.string({
      description: 'Its operating system and processor, e.g. `linux x64`.',
      resolve: () => `${process.platform} ${process.arch}`,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When its process started.',
      resolve: () => new Date(performance.timeOrigin),
    }),
    database: t.field({
      type: DatabaseHealthType,
      description: 'How its database stands.',
      resolve: (_server, _args, { store }) => readDatabaseHealth(store.db),
    }),
    queue: t.field({
      type: QueueHealthType,
      description: 'How its queue stands.',
      resolve: (_server, _args, { store }) => readQueueHealth(store.db),
    }),
  }),
});

builder.queryField('server', (t) =>
  t.field({
    type: ServerType,
    description: 'The server: its versions, and how its database and queue stand. Requires the `read` scope.',
    authScopes: needs('readServer'),
    resolve: () => ({}),
  }),
);
