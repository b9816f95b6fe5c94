import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { signedInAs } from './support/signedInAs.ts';

const received: string[] = [];
const receiver = createServer((request, response) => {
  received.push(request.url ?? '');
  request.resume();
  response.writeHead(request.url === '/slack/secret' ? 200 : 404).end();
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');
afterAll(() => void receiver.close().closeAllConnections());
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;

describePage(
  'Channels',
  ({ look, server }) => {
    it('sends a test message by keyboard, says what came back, and lists it without secrets', async () => {
      const { prepare } = await signedInAs(server(), 'root@example.org', ['admin']);
      const { page, faults } = await look('/settings', { prepare });
      await page.getByRole('link', { name: 'Channels' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Channels' }).waitFor();
      const table = page.getByRole('table', { name: 'Channels' });
      const slack = table.getByRole('row', { name: /^slack/ });
      await slack.getByText('nothing yet').waitFor();
      expect(await page.getByRole('main').textContent()).not.toContain('secret');
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Send a test message to Slack' }).press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Send a test message to Slack?' });
      await dialog.waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect(received).toEqual([]);
      await page.getByRole('button', { name: 'Send a test message to Slack' }).press('Enter');
      await dialog.getByRole('button', { name: 'Send', exact: true }).press('Enter');
      await page.getByRole('main').getByText('Slack accepted the test message (200).').waitFor();
      await slack.getByText('delivered').waitFor();
      expect(received).toEqual(['/slack/secret']);

      await page.getByRole('button', { name: 'Send a test message to Slack' }).click();
      await dialog.getByRole('button', { name: 'Send', exact: true }).click();
      await dialog.getByText('slack had a test message less than 30 seconds ago.').waitFor();
      await page.keyboard.press('Escape');

      await page.getByRole('button', { name: 'Send a test message to the email webhook' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
      await page
        .getByRole('main')
        .getByText('The test message to the email webhook failed: answered 404 Not Found.')
        .waitFor();
      await table
        .getByRole('row', { name: /^email webhook/ })
        .getByText('answered 404 Not Found')
        .waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 360, height: 740 });
      await expectNoSideScroll(page);
      await page.goto(`${server().url}/settings/record?action=test_channel`);
      await page.getByRole('table', { name: 'Record' }).getByText('email_webhook').waitFor();
      expect(faults).toEqual([]);
    });

    it('shows nothing of it to others', async () => {
      const { prepare } = await signedInAs(server(), 'op@example.org', ['operator']);
      const { page, faults } = await look('/settings/channels', { prepare });
      await page.getByRole('heading', { name: 'Only admins see this' }).waitFor();
      expect(await page.getByRole('link', { name: 'Channels' }).count()).toBe(0);
      await expectAccessible(page);
      expect(faults).toEqual([]);
    });
  },
  {
    SLACK_WEBHOOK: `${url}/slack/secret`,
    EMAIL_WEBHOOK: `${url}/mail/secret`,
    OUTBOUND_ALLOW: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:8001',
  },
);
