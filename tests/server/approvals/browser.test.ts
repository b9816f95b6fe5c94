import { beforeAll, expect, it } from 'vitest';
import { createLink } from '../../../domain/approvals/links.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything } from '../../support/domain.ts';
import { startServer } from '../startServer.ts';

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
    ['Approve', 'succeeded', 'Approved by ann@example.org'],
    ['Reject', 'failed', 'Rejected by ann@example.org'],
  ])('decides with the button %s, and shows afterwards who did', async (button, status, said) => {
    const { id, url } = await link();
    const { page, faults } = await open(url);
    await page.getByText('3 titles changed').waitFor();
    await page.getByLabel('Reason').fill('looked at it');
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
});
