import { expect, it } from 'vitest';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { everything } from '../support/domain.ts';
import { describePage, expectAccessible } from './support/page.ts';
import { readDownload } from './support/readDownload.ts';
import { signedInAs } from './support/signedInAs.ts';

describePage('Plans and the record', ({ look, server }) => {
  it('shows a plan, pauses it with a reason and resumes it, which is on record, and in the CSV', async () => {
    const nightly = planDefinition.parse({ name: 'nightly', steps: [{ task: 'a' }] });
    const home = { project: 'acme/site', isGuessed: false };
    await registerPlan(server().store.db, everything, nightly, 'graphql', home);
    const { prepare } = await signedInAs(server(), 'op@example.org', ['operator']);
    const { page, faults } = await look('/settings/plans', { prepare });
    await page.getByRole('link', { name: 'acme/site:nightly' }).click();
    await page.getByRole('heading', { level: 1, name: 'acme/site:nightly' }).waitFor();
    await expect.poll(() => page.title()).toContain('acme/site:nightly');
    await page.getByText('Registered by').waitFor();
    await page.getByText('No run was due yet.').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Pause acme/site:nightly?' });
    await dialog.getByLabel('Reason').fill('holidays');
    await dialog.getByLabel('Reason').press('Enter');
    await page.getByText('holidays').waitFor();
    await page.getByText('paused', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByText('active', { exact: true }).waitFor();

    await page.goto(`${server().url}/settings/record?action=pause`);
    const table = page.getByRole('table', { name: 'Record' });
    await table.getByText('acme/site:nightly').waitFor();
    await page.getByRole('button', { name: 'Remove filter: Action: pause' }).waitFor();
    await page.getByLabel('Who', { exact: true }).fill('op@example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove filter: Who: op@example.org' }).waitFor();
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    const lines = (await readDownload(await download)).trim().split('\r\n');
    expect(lines.length).toBe(2);
    expect(lines[1]).toContain('op@example.org');
    await page.getByLabel('About', { exact: true }).selectOption('access');
    await page.getByRole('heading', { name: 'No entry matches' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('says which plan there is not, and who may pause one', async () => {
    const { page, faults } = await look('/plans/none');
    await page.getByRole('heading', { name: 'There is no such plan' }).waitFor();
    const tidy = planDefinition.parse({ name: 'tidy', steps: [{ task: 'a' }] });
    await registerPlan(server().store.db, everything, tidy);
    await page.goto(`${server().url}/plans/tidy`);
    await page.getByText('Pausing, resuming and retiring need the scope operate.').waitFor();
    expect(await page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
