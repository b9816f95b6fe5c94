import { channelFacts, deliveryKindFacts, deliveryStateFacts } from '../../contract/words/notifications.ts';
import { maxShown } from '../../domain/notifications/delivery.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { requireReader } from '../ownWork.ts';
import { TaskType } from '../tasks/task.ts';

/** What a delivery tells, as GraphQL writes it. */
export const DeliveryKindEnum = enumOf('DeliveryKind', deliveryKindFacts, {
  description: 'The kind of a notification.',
});

/** The channels, as GraphQL writes them. */
export const ChannelEnum = enumOf('Channel', channelFacts, {
  description: 'The channel of a notification.',
});

/** Where a delivery can stand, as GraphQL writes it. */
export const DeliveryStateEnum = enumOf('DeliveryState', deliveryStateFacts, {
  description: 'The state of a delivery.',
});

const DeliveryTryType = builder.prismaObject('DeliveryTry', {
  description: 'One delivery attempt.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its number, from 1.' }),
    beganAt: t.expose('beganAt', { type: 'DateTime', description: 'When it began.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is in progress, or if its process ended first.',
    }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'The HTTP or SMTP status code of the receiver; null if it did not answer.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'Why it failed; null if it succeeded.' }),
  }),
});

/** `Delivery`: one notification to one channel. */
export const DeliveryType = builder.prismaNode('Delivery', {
  id: { field: 'id' },
  description: 'One notification to one channel, with its delivery attempts.',
  fields: (t) => ({
    deliveryId: t.exposeString('id', {
      description:
        'Its id. The receiver gets it as `webhook-id` or `x-nightshift-delivery`, the same in every delivery attempt.',
    }),
    kind: t.expose('kind', { type: DeliveryKindEnum, description: 'The kind of notification.' }),
    channel: t.expose('channel', { type: ChannelEnum, description: 'The channel.' }),
    recipient: t.exposeString('recipient', {
      nullable: true,
      description: 'The email address; null for other channels.',
    }),
    task: t.field({
      type: TaskType,
      nullable: true,
      description: 'The task that it is about, if any.',
      resolve: ({ taskId }, _args, context) => {
        if (taskId === null) return null;
        requireReader(context);
        return context.loadTask(taskId);
      },
    }),
    runId: t.exposeString('runId', {
      nullable: true,
      description: 'The run that it is about, if any.',
    }),
    state: t.expose('state', { type: DeliveryStateEnum, description: 'Its state.' }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      description:
        'When the next delivery attempt is due; in states other than `PENDING`, when the last one was due.',
    }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the receiver accepted it; null until then.',
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'Why the last delivery attempt failed, or why it was cancelled.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was created, together with the change that it is about.',
    }),
    tries: t.field({
      type: [DeliveryTryType],
      description: `The latest ${maxShown} delivery attempts, in order.`,
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
  },
  { name: 'DeliveryEdge', description: 'A delivery and its position in the list.' },
);

builder.prismaObjectFields('Task', (t) => ({
  deliveries: t.field({
    type: [DeliveryType],
    description: `The latest ${maxShown} notifications about it, the latest first.`,
    resolve: ({ id }, _args, context) => {
      requireReader(context);
      return context.loadDeliveries(id);
    },
  }),
  serverNotifies: t.boolean({
    description:
      'Whether the server itself sends notifications when the task needs approval. If so, the worker must not send them too.',
    resolve: (_task, _args, { store }) => (store.channels?.length ?? 0) > 0,
  }),
}));
