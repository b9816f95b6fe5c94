import { describe, expect, it } from 'vitest';
import { warnOfLinks as warnOfWorkerLinks } from '../../../orchestrator/notify/notifier.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createLog } from '../../../server/log.ts';
import { warnOfLinks } from '../../../server/notifications/config.ts';
import { describeOnEither } from '../../support/databases.ts';
import { startServer } from '../startServer.ts';

const channel = { SLACK_WEBHOOK: 'https://hooks.example.org/x' };
const publicUrl = { PUBLIC_URL: 'https://night.example.org' };

describeOnEither('A server with a channel that does not know where people reach it', (database) => {
  it('says at its start what to set, and nothing where it knows or has no channel', () => {
    expect(warnOfLinks(readServerConfig(channel))).toContain('Set PUBLIC_URL to the URL');
    expect(warnOfLinks(readServerConfig({ ...channel, ...publicUrl }))).toBeUndefined();
    expect(warnOfLinks(readServerConfig({}))).toBeUndefined();
  });

  it('warns of it in its log, unless it ends with the command that started it', async () => {
    for (const isBrief of [false, true]) {
      const logged: string[] = [];
      const config = {
        ...readServerConfig({ ...channel, PORT: '0' }),
        database: await database.createFresh(),
      };
      const log = createLog('warn', { write: (line) => logged.push(line) });
      const server = await startServer(config, { log, isBrief });
      await server.close();
      expect(logged.join('').includes('PUBLIC_URL is not set')).toBe(!isBrief);
    }
  });
});

describe('A worker with a channel that does not know where people reach the server', () => {
  const none = { slackWebhook: undefined, emailWebhook: undefined, publicUrl: undefined };
  const told = { ...none, emailWebhook: 'https://hooks.example.org/x' };

  it('says at its start what to set, and nothing where it knows or has no channel', () => {
    expect(warnOfWorkerLinks(told)).toContain('Set PUBLIC_URL to the URL');
    expect(warnOfWorkerLinks({ ...told, publicUrl: 'https://night.example.org' })).toBeUndefined();
    expect(warnOfWorkerLinks(none)).toBeUndefined();
  });
});
