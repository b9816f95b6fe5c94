import { beforeEach, expect, it } from 'vitest';
import { playWorkers } from '../domain/engine/support.ts';
import { operator, playNight } from './support/night.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { readDownload } from './support/readDownload.ts';

describePage('The views of runs', ({ look, server, report, database }) => {
  beforeEach(() => database.truncate());
  const as = { name: operator.name, scopes: [...operator.scopes] };

  it('lists runs, newest first, and leads to each and back', async () => {
    await playNight({ server }, 'night-1');
    await report({ run_id: 'outside', status: 'succeeded' });
    const { page, faults } = await look('/runs');
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
    await page.getByRole('link', { name: 'night-1' }).waitFor();
    const texts = (await rows.allInnerTexts()).slice(1);
    expect(texts.map((text) => text.split('\t').slice(0, 2))).toEqual([
      ['succeeded', 'outside'],
      ['awaiting approval', 'night-1'],
    ]);
    expect(texts[1]).toContain('1 failed');
    await expectAccessible(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'night-1' }).waitFor();
    await page.getByText('staging').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: '‹ Runs' }).click();
    await page.getByRole('link', { name: 'outside' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('filters runs by what its address says, shows each filter as a chip, and says when none matches', async () => {
    await playNight({ server }, 'night-1');
    await playNight({ server }, 'week-1', 'weekly');
    await report({ run_id: 'outside', status: 'succeeded' });
    const { page, faults } = await look('/runs?plan=weekly&status=awaiting_approval');
    const links = page.locator('[data-row]');
    await page.getByRole('link', { name: 'week-1' }).waitFor();
    expect(await links.count()).toBe(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: /weekly/ }).click();
    await page.getByRole('link', { name: 'night-1' }).waitFor();
    expect([await links.count(), new URL(page.url()).search]).toEqual([2, '?status=awaiting_approval']);
    await page.goto(page.url().replace('awaiting_approval', 'running'));
    await page.getByRole('heading', { name: 'No run matches' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('has columns to choose, and saves all runs of the view with them as CSV', async () => {
    await playNight({ server }, 'night-1');
    await report({ run_id: '=1+1', status: 'succeeded' });
    const { page, faults } = await look('/runs');
    await page.getByRole('link', { name: 'night-1' }).waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    for (const name of ['Plan', 'Created', 'Duration', 'Tasks', 'Started by'])
      await page.getByRole('checkbox', { name, exact: true }).uncheck();
    await page.getByRole('checkbox', { name: 'Failed', exact: true }).check();
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('?columns=status,run_id,failed');
    const headers = page.getByRole('table', { name: 'Runs' }).getByRole('columnheader');
    expect(await headers.allTextContents()).toEqual(['Status', 'Run', 'Failed']);
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect(await readDownload(await download)).toBe(
      "status,run_id,failed\r\nsucceeded,'=1+1,0\r\nawaiting_approval,night-1,1\r\n",
    );
    expect(faults).toEqual([]);
  });

  it('shows a change in its place, only counts new runs until they are asked for, and loads more', async () => {
    for (let at = 10; at < 65; at += 1) await report({ run_id: `many-${at}`, status: 'succeeded' });
    const workers = playWorkers(server().store);
    const run = await workers.start([{ task: 'only' }], { runId: 'moves' });
    const lease = await workers.leased(run.planHash);
    const { page, faults } = await look('/runs');
    const links = page.locator('[data-row]');
    await expect.poll(() => links.count()).toBe(50);
    await page.getByRole('button', { name: 'Load more' }).press('Enter');
    await page.getByText('56 runs, the end of the list').waitFor();
    await workers.finish(lease);
    const row = page.getByRole('row', { name: 'moves' });
    await row.getByText('succeeded', { exact: true }).waitFor();
    await report({ run_id: 'newer', status: 'succeeded' });
    await workers.start([{ task: 'only' }], { runId: 'newest' });
    await page.getByRole('button', { name: '2 new runs: show' }).click();
    await page.getByRole('link', { name: 'newest' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('retries what failed and cancels a run, after asking', async () => {
    await playNight({ server }, 'night-2');
    const { page, faults } = await look('/runs/night-2', { as });
    const row = page.getByRole('table', { name: 'Tasks of night-2' }).locator('tbody tr').nth(1);
    await row.getByText('failed', { exact: true }).waitFor();
    expect(await row.textContent()).toContain('2');
    await page.getByRole('button', { name: 'Retry failed' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Retry failed' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).press('Enter');
    await row.getByText('queued', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel night-2?' });
    await dialog.getByLabel('Note').fill('wrong night');
    await dialog.getByRole('button', { name: 'Cancel the run' }).click();
    await row.getByText('skipped', { exact: true }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    // What awaits approval of what it made stays for its decision.
    const rows = page.getByRole('table', { name: 'Tasks of night-2' }).locator('tbody tr');
    await rows.filter({ hasText: 'fix' }).getByText('awaiting approval', { exact: true }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('says what a worker or a need keeps waiting, and where there is no such run', async () => {
    const workers = playWorkers(server().store);
    await workers.start([{ task: 'first' }, { task: 'then', needs: ['first'] }], { runId: 'waits' });
    const { page, faults } = await look('/runs/waits');
    await page.getByText('It waits for first (queued).').waitFor();
    await page.getByText('no worker is running').waitFor();
    await page.goto(page.url().replace('waits', 'none.such'));
    await page.getByRole('heading', { level: 2, name: 'There is no such run' }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('says where no run is there yet', async () => {
    const { page, faults } = await look('/runs');
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor();
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('fits from a telephone to a wide screen, with long names and names from right to left', async () => {
    const runId = 'y'.repeat(64);
    await report({ task: 'x'.repeat(64), run_id: runId, status: 'failed' });
    await report({ task: 'בדיקת קישורים', run_id: runId });
    for (const width of [360, 768, 1280, 2560])
      for (const path of ['/runs', `/runs/${runId}`]) {
        const { page, faults } = await look(path, { viewport: { width, height: 800 } });
        await page.getByText(runId).first().waitFor();
        await expectNoSideScroll(page);
        expect(faults).toEqual([]);
      }
  });
});
