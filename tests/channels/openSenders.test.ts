import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadSender, openSenders } from '../../channels/openSenders.ts';
import { createOutbound } from '../../channels/outbound/outbound.ts';
import { channelNames } from '../../contract/words/notifications.ts';

describe('The senders', () => {
  it.each(channelNames)('have a file for %s', async (name) => {
    expect(await loadSender(name)).toBeTypeOf('function');
  });

  it('have no file of a channel that is not in the list', () => {
    expect(readdirSync('channels/senders')).toHaveLength(channelNames.length);
  });

  it('are those of the configured channels alone', async () => {
    const config = { email_webhook: { EMAIL_WEBHOOK: 'https://mail.example.org/x' } };
    expect(Object.keys(await openSenders(config, createOutbound([])))).toEqual(['email_webhook']);
  });
});
