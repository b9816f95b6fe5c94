import { beforeAll, expect, it } from 'vitest';
import { describePage, expectNoSideScroll } from './support/page.ts';
import { readDownload } from './support/readDownload.ts';

/** 100,000 tasks of 10,000 nights, an hour apart; every hundredth night fails, with one text in it. */
const nights = 10_000;
const tasks = nights * 10;

describePage('100,000 tasks', ({ look, database, report }) => {
  beforeAll(async () => {
    const db = database.db();
    const at = `now() - n * interval '1 hour'`;
    await db.query({
      text: `INSERT INTO runs (run_id, created_at) SELECT 'night-' || n, ${at} FROM generate_series(1, ${nights}) n`,
    });
    await db.query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, finished_at, duration_ms, reason, outputs_uri)
        SELECT 'step.' || step, 'night-' || n, CASE WHEN n % 100 = 0 AND step = 1 THEN 'failed' ELSE 'succeeded' END,
          ${at}, ${at}, step * 1000, CASE WHEN n % 100 = 0 AND step = 1 THEN 'no space left' END, repeat('u', 200)
        FROM generate_series(1, ${nights}) n, generate_series(1, 10) step`,
    });
    // As the database does by itself after a while.
    await db.query({ text: 'ANALYZE' });
  });

  it('are listed, filtered and searched page by page, and one that changes is told of', async () => {
    const { page, faults } = await look('/tasks');
    const links = page.locator('[data-row]');
    await expect.poll(() => links.count()).toBe(50);
    for (const count of [100, 150, 200]) {
      await page.getByRole('button', { name: 'Load more' }).click();
      await expect.poll(() => links.count()).toBe(count);
    }
    await report({ task: 'comes.later' });
    await page.getByRole('button', { name: '1 new task: show' }).waitFor();
    await page.getByLabel('Status', { exact: true }).selectOption('failed');
    await page.getByLabel('Text', { exact: true }).fill('SPACE left');
    await page.keyboard.press('Enter');
    // Of the last 30 days.
    await expect.poll(() => links.count()).toBe(7);
    await page.getByLabel('Started').selectOption('90d');
    await expect.poll(() => links.count()).toBe(21);
    await expectNoSideScroll(page);
    expect(faults).toEqual([]);
  });

  it('are walked by themselves to what a search finds only far behind', async () => {
    const { page, faults } = await look('/tasks?text=night-7900&since=364d');
    await page.getByRole('link', { name: 'step.1', exact: true }).waitFor();
    expect(await page.locator('[data-row]').count()).toBe(10);
    expect(faults).toEqual([]);
  });

  it('are saved as CSV as far as one file holds, which is said', async () => {
    const { page, faults } = await look('/tasks?columns=status,run_id');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const lines = (await readDownload(await download)).trim().split('\r\n');
    expect([lines.length, new Set(lines).size]).toEqual([10_001, 10_001]);
    await page.getByText('The CSV holds the newest 10,000 rows').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('are of runs that are listed and filtered, and lead to each view', async () => {
    const { page, faults } = await look('/runs?status=failed');
    const links = page.locator('[data-row]');
    await expect.poll(() => links.count()).toBe(50);
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('100 runs, the end of the list').waitFor();
    await page.getByRole('link', { name: 'night-100', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'night-100' }).waitFor();
    await page.getByText('step.10').first().waitFor();
    for (const path of ['/', '/approvals', '/settings/server']) {
      await page.goto(new URL(path, page.url()).href);
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    expect(tasks).toBe(100_000);
    expect(faults).toEqual([]);
  });
});
