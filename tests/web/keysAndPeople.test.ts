import { expect, it } from 'vitest';
import { makePerson } from '../server/signIn/browserSession.ts';
import { describePage, expectAccessible } from './support/page.ts';
import { signedInAs, signInAgain } from './support/signedInAs.ts';

describePage('Keys', ({ look, server }) => {
  it('are made with the keyboard, shown once, rotated and revoked', async () => {
    const { prepare } = await signedInAs(server(), 'root@example.org', ['admin']);
    const { page, faults } = await look('/settings/keys?make=service', { prepare });
    const dialog = page.getByRole('dialog', { name: 'New key' });
    await dialog.getByText('This is the first key of this server').waitFor();
    await expectAccessible(page);
    await dialog.getByLabel('Name', { exact: true }).fill('ci');
    await dialog.getByRole('button', { name: 'Create key' }).press('Enter');
    await dialog.getByRole('alert').getByText('Choose at least one scope.').waitFor();
    await dialog.getByLabel('report', { exact: true }).press('Space');
    await dialog.getByText('Only for some projects').press('Enter');
    await dialog.getByLabel('External tasks').fill('seo.*, links');
    await dialog.getByLabel('External tasks').press('Enter');
    const shown = page.getByRole('dialog', { name: 'The key ci' });
    const secret = await shown.locator('code').textContent();
    expect(secret).toMatch(/^nsk_/);
    await shown.getByRole('button', { name: 'Close' }).press('Enter');
    await shown.waitFor({ state: 'hidden' });
    expect(await page.content()).not.toContain(secret ?? 'none');
    const rows = page.getByRole('table', { name: 'Keys' }).getByRole('row');
    await rows.getByText('report; only tasks seo.*, links').waitFor();
    await page.getByRole('button', { name: 'Rotate the key ci' }).click();
    await page
      .getByRole('dialog', { name: 'Rotate the key ci?' })
      .getByRole('button', { name: 'Rotate' })
      .click();
    await shown.getByRole('button', { name: 'Close' }).click();
    await rows.getByText('replaced', { exact: true }).waitFor();
    await rows
      .filter({ hasText: 'replaced' })
      .getByRole('button', { name: /^Revoke/ })
      .click();
    await page
      .getByRole('dialog', { name: 'Revoke the key ci?' })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await rows.getByText('replaced', { exact: true }).waitFor({ state: 'hidden' });
    await page.getByLabel('Ended ones too').check();
    await rows.getByText('revoked', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it('of people that decide lead to a fresh sign-in, and back to what was written', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000);
    const { person, prepare } = await signedInAs(server(), 'ann@example.org', ['approver'], {
      provedAt: hourAgo,
    });
    const { page, faults } = await look('/settings/keys', { prepare });
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New key' });
    await dialog.getByLabel('Name', { exact: true }).fill('laptop');
    await dialog.getByLabel('approve', { exact: true }).check();
    await dialog.getByRole('button', { name: 'Create key' }).click();
    const link = dialog.getByRole('link', { name: 'Sign in again, then go on here' });
    const way = new URL((await link.getAttribute('href')) ?? '', server().url);
    expect([way.pathname, way.searchParams.get('fresh')]).toEqual(['/sign-in/issuer', '1']);
    const back = way.searchParams.get('return_to') ?? '';
    const anew = await look(back, { prepare: await signInAgain(server(), person) });
    await anew.page.getByRole('dialog', { name: 'New key' }).waitFor();
    await anew.page.getByRole('button', { name: 'Create key' }).click();
    await anew.page.getByRole('dialog', { name: 'The key laptop' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).search).toBe('');
    expect([...faults, ...anew.faults]).toEqual([]);
  });
});

describePage('People', ({ look, server }) => {
  it('are added, given roles, removed and, by their typed name, forgotten', async () => {
    const { prepare } = await signedInAs(server(), 'boss@example.org', ['admin']);
    await makePerson(server().store, 'old@example.org', { own: ['viewer'] });
    const { page, faults } = await look('/settings/people', { prepare });
    await page.getByRole('button', { name: 'Add a person' }).click();
    const roles = page.getByRole('dialog', { name: 'Add a person' });
    await roles.getByLabel('Name', { exact: true }).fill('new@example.org');
    await roles.getByLabel('Role', { exact: true }).selectOption('approver');
    await roles.getByLabel('Project', { exact: true }).fill('acme/site');
    await expectAccessible(page);
    await roles.getByRole('button', { name: 'Save' }).click();
    await page.getByText('approver in acme/site').waitFor();
    const itemOf = (name: string) =>
      page.getByRole('listitem').filter({ has: page.locator('summary', { hasText: name }) });
    const old = itemOf('old@example.org');
    await old.locator('summary').press('Enter');
    await expectAccessible(page);
    await old.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('old@example.org was removed.').first().waitFor();
    await old.getByRole('button', { name: 'Forget' }).click();
    const forget = page.getByRole('dialog', { name: 'Forget old@example.org?' });
    const button = forget.getByRole('button', { name: 'Forget' });
    expect(await button.isDisabled()).toBe(true);
    await forget.getByLabel(/^To confirm, type/).fill('old@example.org');
    await button.click();
    await page.getByText(/^forgotten person \d+$/).waitFor();
    const boss = itemOf('boss@example.org');
    await boss.locator('summary').press('Enter');
    await boss.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('alert').getByText('last admin').waitFor();
    await page.getByLabel('Do it even if no admin is left').waitFor();
    expect(faults).toEqual([]);
  });
});
