import { deliveryKinds } from '../../contract/words/notifications.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { type ChannelState, readChannels } from '../../domain/notifications/channels.ts';
import { ChannelTestRefusedError } from '../../domain/notifications/errors.ts';
import { channelTestInput, testChannel } from '../../domain/notifications/testChannel.ts';
import { builder } from '../builder.ts';
import { ErrorInterface } from '../errors.ts';
import { needs } from '../needs.ts';
import { ChannelEnum, DeliveryKindEnum, DeliveryType } from './delivery.ts';

builder.objectType(ChannelTestRefusedError, {
  name: 'ChannelTestRefusedError',
  description: 'The channel had a test message a moment ago. The message says when you can send the next.',
  interfaces: [ErrorInterface],
});

const NotificationChannelType = builder.objectRef<ChannelState>('NotificationChannel').implement({
  description: 'A channel that the server which answers sends notifications to.',
  fields: (t) => ({
    channel: t.expose('name', { type: ChannelEnum, description: 'Its kind.' }),
    recipient: t.exposeString('recipient', {
      nullable: true,
      description: 'The email address; null for other channels.',
    }),
    target: t.string({
      nullable: true,
      description:
        'Where its messages go, without what is secret: the host of a webhook or of the mail server.',
      resolve: ({ target }) => target ?? null,
    }),
    hears: t.field({
      type: [DeliveryKindEnum],
      description:
        'The kinds of notification that go to it: every channel gets all of them. When and whether one is sent is up to `notify` in the plan.',
      resolve: () => deliveryKinds.filter((kind) => kind !== 'test'),
    }),
    lastDelivery: t.expose('lastDelivery', {
      type: DeliveryType,
      nullable: true,
      description: 'The latest delivery to it, of any kind; null if there is none.',
    }),
  }),
});

builder.queryField('channels', (t) =>
  t.field({
    type: [NotificationChannelType],
    description:
      'The channels that the server which answers is configured with, each recipient of mails by itself. Requires the `admin` scope.',
    authScopes: needs('listChannels'),
    resolve: (_root, _args, { store }) => readChannels(store.db, store.channels ?? []),
  }),
);

const TestChannelInput = builder.inputType('TestChannelInput', {
  description: 'Which channel to send a test message to.',
  fields: (t) => ({
    channel: t.field({ type: ChannelEnum, required: true, description: 'The channel.' }),
    recipient: t.string({ description: 'For mails: which of the configured addresses.' }),
  }),
});

builder.mutationField('testChannel', (t) =>
  t.field({
    type: DeliveryType,
    description:
      'Sends one real test message to a channel and waits up to 8 seconds for what comes back: `DELIVERED`, or `FAILED` with the reason, or `PENDING` if it is still on its way. It is tried once. Each channel takes one in 30 seconds. This is recorded in the audit log. Requires the `admin` scope.',
    authScopes: needs('testChannel'),
    errors: { types: [InvalidInputError, ChannelTestRefusedError] },
    args: { input: t.arg({ type: TestChannelInput, required: true, description: 'The channel.' }) },
    resolve: (_root, { input }, { store, viewer, via, signal }) =>
      testChannel(store, viewer, readInput(channelTestInput, input), { via, signal }),
  }),
);
