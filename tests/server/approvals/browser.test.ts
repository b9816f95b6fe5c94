import { beforeAll, expect, it } from 'vitest';
import { createLink } from '../../../domain/approvals/links.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { expectAccessible, expectNoSideScroll } from '../../web/support/page.ts';
import { startServer } from '../startServer.ts';
import { awaitingByLink, noteEvidence } from './support.ts';

describeInBrowser('The page of an approval’s link, in a browser,', (open) => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    return () => server.close();
  });

  async function link() {
    const { store, url } = server;
    const { task } = await createTask(store, everything, {
      task: 'seo.validate',
      runId: 'nightly-2025-01-15',
      status: 'awaiting_approval',
      outputsUri: 'https://github.com/user/repo/pull/123',
      logExcerpt: '3 titles changed\n2 links mended',
    });
    const [approval] = await store.db.query<{ id: number }>({ text: 'SELECT max(id) AS id FROM approvals' });
    return {
      id: task.id,
      url: `${url}/a/${await createLink(store.db, approval?.id ?? 0, 'ann@example.org')}`,
    };
  }

  it.each([
    ['Approve', 'succeeded', 'approved by ann@example.org'],
    ['Reject', 'failed', 'rejected by ann@example.org'],
  ])('decides with the button %s, and shows afterwards who did', async (button, status, said) => {
    const { id, url } = await link();
    const { page, faults } = await open(url);
    await page.getByText('3 titles changed').waitFor();
    await page.getByLabel('Note').fill('looked at it');
    if (button === 'Reject') await page.getByText('Reject…').click();
    await page.getByRole('button', { name: button }).click();
    expect(await findTask(server.store.db, id), 'without the tick').toMatchObject({
      approvalState: 'pending',
    });
    await page.getByLabel('I have reviewed the output').check();
    await page.getByRole('button', { name: button }).click();
    await page.getByText(said).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await findTask(server.store.db, id)).toMatchObject({
      status,
      approver: 'ann@example.org',
      approvalNote: 'looked at it',
    });
    expect(faults).toEqual([]);
  });

  it.each([
    ['Approve 00000000', 'approved by ann@example.org', 'succeeded'],
    ['Reject', 'rejected by ann@example.org', 'failed'],
  ])(
    'without JavaScript decides with %s, asks before it rejects, and leaves no cookie',
    async (button, said, status) => {
      const { store, url } = server;
      const { id, token } = await awaitingByLink(store);
      await noteEvidence(store);
      const { page, faults } = await open(`${url}/a/${token}`, { javaScriptEnabled: false, isStrict: true });
      await page.getByText('Tidy the lamp').waitFor();
      await page.getByLabel('I have reviewed the output').check();
      const press = page.getByRole('button', { name: button });
      if (button === 'Reject') {
        expect(await press.count(), 'before it is asked for').toBe(0);
        await page.getByText('Reject…').click();
        await page.getByText('The task fails, and what needs it does not run.').waitFor();
      }
      await press.click();
      await page.getByText(said).waitFor();
      expect(await findTask(store.db, id)).toMatchObject({ status, approver: 'ann@example.org' });
      expect(await page.context().cookies()).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  it('is all there by the keyboard alone, and Enter in the note or on the box decides nothing unticked', async () => {
    const { store, url } = server;
    const { id, token } = await awaitingByLink(store);
    const { page, faults } = await open(`${url}/a/${token}`, { isStrict: true });
    await page.getByLabel('Note').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await findTask(store.db, id)).toMatchObject({ approvalState: 'pending' });
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('rejected by ann@example.org').waitFor();
    expect(faults).toEqual([]);
  });

  it('is accessible in both themes and no wider than its window, with long names and texts from right to left', async () => {
    const { store, url } = server;
    const { token } = await awaitingByLink(store, { required: 2, risk: 'high' });
    await noteEvidence(store, {
      details: {
        title: `\u202eevil ${'long'.repeat(70)} תיקון המנורה`,
        headRef: 'b'.repeat(250),
        labels: ['ל'.repeat(50), 'l'.repeat(200)],
        isDraft: true,
        isFromFork: true,
      },
      checks: {
        named: [{ name: 'c'.repeat(100), state: 'failed', isRequired: true, url: null }],
      },
    });
    for (const width of [360, 2560]) {
      const { page, faults } = await open(`${url}/a/${token}`, {
        isStrict: true,
        viewport: { width, height: 800 },
      });
      await page.getByText('[U+202E]evil').waitFor();
      await page.getByText('Reject…').click();
      await expectAccessible(page);
      await expectNoSideScroll(page);
      expect(faults).toEqual([]);
    }
  });

  it('is accessible once decided, where it leads nowhere, and where it was refused', async () => {
    const { store, url } = server;
    const { token, headIs } = await awaitingByLink(store);
    await noteEvidence(store);
    const { page } = await open(`${url}/a/${token}`);
    await headIs('a'.repeat(40));
    await page.getByLabel('I have reviewed the output').check();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('While you looked, the pull request moved').waitFor();
    await expectAccessible(page);
    await page.getByLabel('I have reviewed the output').check();
    await page.getByRole('button', { name: 'Approve aaaaaaaa' }).click();
    await page.getByText('approved by ann@example.org').waitFor();
    await expectAccessible(page);
    await page.goto(`${url}/a/none`);
    await expectAccessible(page);
  });
});
