import { expect, it } from 'vitest';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { dueTimesInput, settleDue } from '../../domain/schedule/processDueTimes.ts';
import { everything, viewerNamed } from '../support/domain.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { readDownload } from './support/readDownload.ts';
import { signedInAs } from './support/signedInAs.ts';

describePage('Plans and the record', ({ look, server }) => {
  it('shows a plan, pauses it with a reason and resumes it, which is on record, and in the CSV', async () => {
    const nightly = planDefinition.parse({ name: 'nightly', steps: [{ task: 'a' }] });
    const home = { project: 'acme/site', isGuessed: false };
    const due = { definition: nightly, home, schedule: '30 2 * * *', timezone: 'Europe/Berlin' };
    await settleDue(server().store, everything, dueTimesInput.parse(due));
    const { prepare } = await signedInAs(server(), 'op@example.org', ['operator']);
    const { page, faults } = await look('/settings/plans', { prepare });
    await page.getByRole('link', { name: 'acme/site:nightly' }).click();
    await page.getByRole('heading', { level: 1, name: 'acme/site:nightly' }).waitFor();
    await expect.poll(() => page.title()).toContain('acme/site:nightly');
    await page.getByText('Registered by').waitFor();
    await page.getByText('No run was due yet.').waitFor();
    const next = page.getByRole('list', { name: 'Next due times' }).getByRole('listitem');
    expect(await next.allTextContents()).toHaveLength(5);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Pause acme/site:nightly?' });
    await dialog.getByLabel('Reason').fill('holidays');
    await dialog.getByLabel('Reason').press('Enter');
    await page.getByText('holidays').waitFor();
    await page.getByText('paused', { exact: true }).waitFor();
    await page.getByText('The plan is paused: nothing starts at these times.').waitFor();
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

  it('shows the steps of a plan, who registered each content of it, and what changed in words', async () => {
    const register = (by: string, content: object) =>
      registerPlan(
        server().store.db,
        viewerNamed(by),
        planDefinition.parse({ name: 'release', ...content }),
        'graphql',
        { project: 'acme/site', isGuessed: false, path: 'plans/release.plan.ts' },
      );
    await register('ann@example.org', { steps: [{ task: 'build' }, { task: 'old' }] });
    await register('bob@example.org', {
      steps: [
        { task: 'build', labels: ['linux'], retries: 2 },
        {
          task: 'deploy',
          needs: ['build'],
          approval: 'always',
          gate: { approvers: ['ann@example.org', 'bob@example.org'], required: 2 },
        },
      ],
    });
    const { page, faults } = await look('/plans/acme%2Fsite%3Arelease');
    const steps = page.getByRole('table', { name: 'Steps', exact: true });
    const deploy = steps.getByRole('row', { name: /deploy/ }).last();
    await deploy
      .getByText('needs approval, by ann@example.org, bob@example.org, 2 people must approve')
      .waitFor();
    expect(await steps.getByRole('columnheader').allTextContents()).toEqual([
      'Step',
      'Needs',
      'Labels',
      'Retries',
      'Before it runs',
      'Approval of its output',
    ]);
    await page.getByText('plans/release.plan.ts').first().waitFor();
    const history = page.getByRole('table', { name: 'Contents over time' });
    const [, latest, first] = await history.getByRole('row').all();
    expect(await latest?.textContent()).toContain('bob@example.org');
    expect(await latest?.getByRole('listitem').allTextContents()).toEqual([
      'Step build: labels changed from not set to linux.',
      'Step build: retries changed from 0 to 2.',
      'Step deploy was added.',
      'Step old was removed.',
    ]);
    expect(await first?.textContent()).toContain('ann@example.org');
    expect(await first?.textContent()).toContain('The first that is kept.');
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSideScroll(page);
    await expectAccessible(page);
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
