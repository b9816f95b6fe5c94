import { channelFacts } from '../../contract/words/notifications.ts';
import { wordOf } from '../../contract/words/words.ts';

type ChannelName = Uppercase<keyof typeof channelFacts>;

export const channelTexts = {
  about:
    'Where this server sends notifications. Every channel gets all of them; plans say with notify which there are, and when.',
  none: {
    title: 'No channel is configured',
    text: 'Nobody is notified by this server. Set one of these variables and restart it:',
  },
  list: 'Channels',
  channel: 'Channel',
  to: 'To',
  hears: 'Gets',
  all: 'all notifications',
  last: 'Last delivery',
  state: 'Outcome',
  never: 'nothing yet',
  acts: 'Test',
  test: 'Send a test message',
  testFor: (channel: string) => `Send a test message to ${channel}`,
  ask: (channel: string) => `Send a test message to ${channel}?`,
  text: 'Whoever reads this channel gets one real message. It is recorded who sent it.',
  send: 'Send',
  nameOf: (channel: ChannelName) => channelFacts[wordOf(channel)].title,
  results: {
    DELIVERED: (channel: string, code: string) => `${channel} accepted the test message${code}.`,
    FAILED: (channel: string, why: string) => `The test message to ${channel} failed: ${why}.`,
    PENDING: (channel: string) => `${channel} has not answered yet. Reload in a moment to see the outcome.`,
    CANCELLED: (channel: string) => `The test message to ${channel} was cancelled.`,
  },
};
