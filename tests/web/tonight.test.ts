import type { BrowserContext } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import { playWorkers } from '../domain/engine/support.ts';
import { operator, playNight } from './support/night.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';

describePage('The view of tonight', ({ look, server, report, database }) => {
  beforeEach(() => database.truncate());
  const as = { name: operator.name, scopes: [...operator.scopes] };

  it('says first whether the night was good, then what waits, failed and ran', async () => {
    await playNight({ server }, 'night-1');
    const { page, faults } = await look('/');
    await page.getByRole('heading', { name: '1 failure to look at' }).waitFor();
    await page.getByText('1 task waits for a decision.').waitFor();
    await page.getByText('Next to expire: fix expires').waitFor();
    await page.getByRole('region', { name: 'Failures' }).getByRole('link', { name: 'meta' }).waitFor();
    const timeline = page.getByRole('table', { name: 'Tasks of night-1' });
    const row = timeline.locator('tbody tr').nth(2);
    expect(await row.textContent()).toContain('links, meta');
    await page.getByText('the buttons here need the scope “operate”').waitFor();
    expect(await page.getByRole('button', { name: 'Run now' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Open the approvals' }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe('/approvals');
    expect(faults).toEqual([]);
  });

  it('says that a night was good, and where nothing has run yet', async () => {
    const { page, faults } = await look('/');
    await page.getByRole('heading', { name: 'Nothing has run yet' }).waitFor();
    await expectAccessible(page);
    await report({ run_id: 'fine', status: 'succeeded' });
    await page.reload();
    await page.getByRole('heading', { name: 'A good night' }).waitFor();
    expect(faults).toEqual([]);
  });

  it.each([-400, 2])('says the same where the clock of the computer is %i days off', async (days) => {
    await playNight({ server }, 'night-clock');
    await report({ run_id: 'long.ago', status: 'succeeded' });
    await database
      .db()
      .query({ text: `UPDATE runs SET created_at = now() - interval '3 days' WHERE run_id = 'long.ago'` });
    const setClock = async (context: BrowserContext) => {
      await context.addInitScript((shift) => {
        const read = Date.now;
        Date.now = () => read() + shift;
      }, days * 86_400_000);
    };
    const { page, faults } = await look('/', { prepare: setClock });
    await page.getByRole('heading', { name: '1 failure to look at' }).waitFor();
    await page.getByRole('region', { name: 'Failures' }).getByRole('link', { name: 'meta' }).waitFor();
    expect(await page.getByText('In the last 24 hours').locator('..').textContent()).toMatch(
      /\D1\s*succeeded/,
    );
    await page.goto(page.url().replace(/\/$/, '/approvals'));
    await page
      .getByText(/expires in (3 d|2 d 23 h)$/)
      .first()
      .waitFor();
    expect(faults).toEqual([]);
  });

  it('lets a failure be acknowledged, which another browser sees', async () => {
    await playNight({ server }, 'night-2');
    const mine = await look('/', { as });
    const other = await look('/', { as: { name: 'bob@example.org', scopes: ['read'] } });
    await other.page.getByRole('heading', { name: '1 failure to look at' }).waitFor();
    await mine.page.getByRole('button', { name: 'Acknowledge' }).focus();
    await mine.page.keyboard.press('Enter');
    await mine.page.getByRole('dialog').waitFor();
    await expectAccessible(mine.page);
    await mine.page.getByLabel('Note').fill('It is the new parser.');
    await mine.page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).press('Enter');
    await mine.page.getByText('Acknowledged by ann@example.org').waitFor();
    await mine.page.getByRole('heading', { name: '1 failure, all acknowledged' }).waitFor();
    await other.page.reload();
    await other.page.getByText('It is the new parser.').waitFor();
    await mine.page.getByRole('button', { name: 'Take back' }).click();
    await mine.page.getByRole('heading', { name: '1 failure to look at' }).waitFor();
    expect([...mine.faults, ...other.faults]).toEqual([]);
  });

  it('starts a run of some steps with inputs', async () => {
    await playNight({ server }, 'night-3');
    const { page, faults } = await look('/', { as });
    await page.getByRole('button', { name: 'Run now' }).click();
    const dialog = page.getByRole('dialog', { name: 'Run a plan now' });
    await dialog.getByLabel('links').check();
    await dialog.getByLabel('Inputs').fill('nonsense');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('got “nonsense”').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Inputs').fill('target=production');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.getByText('was started.').first().waitFor();
    await dialog.waitFor({ state: 'hidden' });
    const found = await database.db().query<{ task: string; inputs: unknown }>({
      text: `SELECT task, runs.inputs FROM agents_tasks JOIN runs USING (run_id) WHERE run_id <> 'night-3'`,
      values: [],
    });
    expect(found).toEqual([{ task: 'links', inputs: { target: 'production' } }]);
    await page.getByRole('region', { name: 'Waits to start' }).getByRole('link', { name: 'links' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('freezes the server with a reason, says so on top, and thaws it', async () => {
    await report({ run_id: 'fine', status: 'succeeded' });
    const { page, faults } = await look('/', { as });
    await page.getByRole('button', { name: 'Freeze' }).click();
    await page.getByLabel('Why').fill('Release of the week');
    await page.getByRole('dialog').getByRole('button', { name: 'Freeze' }).click();
    const notice = page.getByRole('region', { name: 'This server is frozen' });
    await notice.getByText('Release of the week').waitFor();
    expect(await notice.textContent()).toContain('by ann@example.org since');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expectAccessible(page);
    await notice.getByRole('button', { name: 'Thaw' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Thaw' }).click();
    await notice.waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
  });

  it('follows the run that is under way, task by task', async () => {
    const workers = playWorkers(server().store);
    const run = await workers.start([{ task: 'slow' }, { task: 'after', needs: ['slow'] }], {
      runId: 'live-1',
    });
    const lease = await workers.leased(run.planHash);
    const { page, faults } = await look('/');
    const row = page.getByRole('table', { name: 'Tasks of live-1' }).getByRole('row').nth(1);
    await row.getByText('running').waitFor();
    await workers.finish(lease);
    await row.getByText('succeeded').waitFor();
    expect(faults).toEqual([]);
  });

  it('fits from a telephone to a wide screen, with long names and names from right to left', async () => {
    await report({ task: 'x'.repeat(64), run_id: 'y'.repeat(64), status: 'failed' });
    await report({ task: 'בדיקת קישורים', run_id: 'y'.repeat(64) });
    for (const width of [360, 768, 1280, 2560]) {
      const { page, faults } = await look('/', { viewport: { width, height: 800 } });
      await page.getByRole('link', { name: 'בדיקת קישורים' }).waitFor();
      await expectNoSideScroll(page);
      expect(faults).toEqual([]);
    }
  });
});
