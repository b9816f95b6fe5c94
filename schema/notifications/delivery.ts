import { channelFacts, deliveryKindFacts, deliveryStateFacts } from '../../contract/words/notifications.ts';
import { maxShown } from '../../domain/notifications/delivery.ts';
import { builder } from '../builder.ts';
import { totalCountDescription } from '../connection.ts';
import { enumOf } from '../enums.ts';
import { TaskType } from '../tasks/task.ts';

const DeliveryKindEnum = enumOf('DeliveryKind', deliveryKindFacts, {
  description: 'What a notification tells.',
});

const ChannelEnum = enumOf('Channel', channelFacts, {
  description: 'By which way a notification leaves.',
});

/** Where a delivery can stand, as GraphQL writes it. */
export const DeliveryStateEnum = enumOf('DeliveryState', deliveryStateFacts, {
  description: 'Where a delivery stands.',
});

const DeliveryTryType = builder.prismaObject('DeliveryTry', {
  description: 'One try to send a delivery.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its place among the tries, from 1.' }),
    beganAt: t.expose('beganAt', { type: 'DateTime', description: 'When it began.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is under way, and when the process that made it went away.',
    }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'What the receiver answered, by HTTP or SMTP; null when it did not.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed; null when it did not.' }),
  }),
});

/** `Delivery`: one notification to one channel. */
export const DeliveryType = builder.prismaNode('Delivery', {
  id: { field: 'id' },
  description: 'One notification to one channel, with its tries.',
  fields: (t) => ({
    deliveryId: t.exposeString('id', {
      description:
        'Its id; the receiver gets it as `webhook-id` or `x-nightshift-delivery`, the same with every try.',
    }),
    kind: t.expose('kind', { type: DeliveryKindEnum, description: 'What it tells.' }),
    channel: t.expose('channel', { type: ChannelEnum, description: 'By which way it leaves.' }),
    recipient: t.exposeString('recipient', {
      nullable: true,
      description: 'The address of a mail; null elsewhere.',
    }),
    task: t.field({
      type: TaskType,
      nullable: true,
      description: 'The task that it tells of; null when it tells of none.',
      resolve: ({ taskId }, _args, { loadTask }) => (taskId === null ? null : loadTask(taskId)),
    }),
    runId: t.exposeString('runId', {
      nullable: true,
      description: 'The run that it tells of; null when it tells of none.',
    }),
    state: t.expose('state', { type: DeliveryStateEnum, description: 'Where it stands.' }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      description: 'When the next try is due; in any other state than `PENDING`, when the last one was.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its receiver accepted it; null until then.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the last try failed, or why it was cancelled.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was written, with the change that it tells of.',
    }),
    tries: t.field({
      type: [DeliveryTryType],
      description: `The latest ${maxShown} tries, the first one first.`,
      resolve: ({ id }, _args, { loadTries }) => loadTries(id),
    }),
  }),
});

/** A page of deliveries. */
export const DeliveryConnection = builder.connectionObject(
  {
    type: DeliveryType,
    name: 'DeliveryConnection',
    description: 'A page of deliveries, the latest first.',
    fields: (t) => ({
      totalCount: t.int({ description: totalCountDescription, resolve: (page) => page.countAll() }),
    }),
  },
  { name: 'DeliveryEdge', description: 'A delivery and its position in the list.' },
);

builder.prismaObjectFields('Task', (t) => ({
  deliveries: t.field({
    type: [DeliveryType],
    description: `The latest ${maxShown} notifications about it, the latest first.`,
    resolve: ({ id }, _args, { loadDeliveries }) => loadDeliveries(id),
  }),
  serverNotifies: t.boolean({
    description:
      'Whether the server itself tells its channels when the task awaits approval; whoever runs it must not tell the same then.',
    resolve: (_task, _args, { store }) => (store.channels?.length ?? 0) > 0,
  }),
}));
