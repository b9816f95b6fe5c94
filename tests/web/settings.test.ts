import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { signedInAs, signInAgain } from './support/signedInAs.ts';

describePage('Who one is, and where one is signed in', ({ look, server }) => {
  it('says who looks and what they may do, and leads to each view, with a title of its own', async () => {
    const { prepare } = await signedInAs(server(), 'ann@example.org', ['approver@acme/site', 'operator']);
    const { page, faults } = await look('/settings', { prepare });
    const who = page.getByRole('region', { name: 'Who you are' });
    await who.getByText('ann@example.org').waitFor();
    await who.getByText('issuer', { exact: true }).waitFor();
    const rights = page.getByRole('table', { name: 'What you may do' });
    await rights.getByRole('row', { name: 'approve' }).getByText('projects acme/site').waitFor();
    expect(await rights.getByRole('row', { name: 'operate' }).textContent()).toContain('everywhere');
    await expectAccessible(page);
    const nav = page.getByRole('navigation', { name: 'Settings' });
    await nav.getByRole('link', { name: 'You' }).focus();
    for (const [name, path] of [
      ['Sessions', 'sessions'],
      ['Keys', 'keys'],
      ['Plans', 'plans'],
      ['Workers', 'workers'],
      ['Record', 'record'],
      ['Server', 'server'],
    ] as const) {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name }).waitFor();
      expect(new URL(page.url()).pathname).toBe(`/settings/${path}`);
      await expect.poll(() => page.title()).toContain(`${name} · Settings`);
    }
    expect(await nav.getByRole('link', { name: 'People' }).count(), 'what only admins see').toBe(0);
    await page.goto(`${server().url}/settings/people`);
    await page.getByRole('heading', { name: 'Only admins see this' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('tells whoever is not signed in so, with the way to sign in and back', async () => {
    const { page, faults } = await look('/settings');
    await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    expect(await page.getByRole('main').getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
      '/sign-in?return_to=%2Fsettings',
    );
    for (const path of ['sessions', 'keys']) {
      await page.goto(`${server().url}/settings/${path}`);
      await page.getByRole('heading', { name: 'Sign in to see this' }).waitFor();
    }
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('ends one of two sessions after asking, which the other browser notices', async () => {
    const { person, prepare } = await signedInAs(server(), 'bob@example.org', ['viewer']);
    const other = await look('/settings', { prepare: await signInAgain(server(), person) });
    await other.page.getByRole('region', { name: 'Who you are' }).getByText('bob@example.org').waitFor();
    const { page, faults } = await look('/settings/sessions', { prepare });
    const rows = page.getByRole('table', { name: 'Sessions' }).getByRole('row');
    await rows.filter({ hasText: 'this one' }).waitFor();
    expect(await rows.count()).toBe(3);
    await rows
      .filter({ hasNotText: 'this one' })
      .getByRole('button', { name: /^End the session/ })
      .press('Enter');
    const dialog = page.getByRole('dialog', { name: 'End this session?' });
    await dialog.waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await rows.count(), 'nothing was done').toBe(3);
    await rows
      .filter({ hasNotText: 'this one' })
      .getByRole('button', { name: /^End the session/ })
      .press('Enter');
    await dialog.getByRole('button', { name: 'End', exact: true }).press('Enter');
    await expect.poll(() => rows.count()).toBe(2);
    await page.getByText('The session has ended.').waitFor({ state: 'attached' });
    await page.getByLabel('Ended ones too').check();
    await rows.filter({ hasText: 'by bob@example.org' }).waitFor();
    await other.page.reload();
    await other.page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('signs out here, and everywhere after asking', async () => {
    const { person, prepare } = await signedInAs(server(), 'eve@example.org', ['viewer']);
    const first = await look('/settings', { prepare });
    await first.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await first.page.waitForURL('**/sign-in');
    await first.page.goto(`${server().url}/settings`);
    await first.page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    const second = await look('/settings', { prepare: await signInAgain(server(), person) });
    const third = await look('/settings', { prepare: await signInAgain(server(), person) });
    await third.page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await third.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await third.page.waitForURL('**/sign-in');
    await second.page.reload();
    await second.page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    expect([...first.faults, ...second.faults, ...third.faults]).toEqual([]);
  });

  it('shows how the server stands, and its settings only when asked, which is on record', async () => {
    const { prepare } = await signedInAs(server(), 'root@example.org', ['admin']);
    const { page, faults } = await look('/settings/server', { prepare });
    await page.getByRole('region', { name: 'Health' }).getByText('Ready').waitFor();
    await page.getByText('Queued, for a worker').waitFor();
    await expectAccessible(page);
    expect(await page.getByRole('table', { name: 'Settings of the server' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show settings' }).click();
    await page
      .getByRole('table', { name: 'Settings of the server' })
      .getByRole('row', { name: 'LOG_LEVEL' })
      .waitFor();
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Record' }).click();
    await page.getByRole('table', { name: 'Record' }).getByText('read settings').waitFor();
    expect(faults).toEqual([]);
  });

  it('fits from a telephone to a wide screen', async () => {
    const name = `${'x'.repeat(50)}@example.org`;
    const { person } = await signedInAs(server(), name, ['admin']);
    for (const width of [360, 1280, 2560]) {
      const prepare = await signInAgain(server(), person);
      const { page, faults } = await look('/settings', { prepare, viewport: { width, height: 800 } });
      for (const path of [
        '',
        '/sessions?everybody=yes',
        '/server',
        '/workers',
        '/record',
        '/people',
        '/keys',
      ]) {
        await page.goto(`${server().url}/settings${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('[role="status"] [class*="bar"]').first().waitFor({ state: 'hidden' });
        await expectNoSideScroll(page);
        if (width === 360 && path === '/workers') await expectAccessible(page);
        if (path.startsWith('/sessions')) expect(await cutOff(page)).toBeLessThanOrEqual(0);
      }
      expect(faults).toEqual([]);
    }
  });
});

/** How much of the list of sessions, whose last column has the buttons, one would have to scroll to. */
function cutOff(page: Page): Promise<number> {
  const table = page.getByRole('table', { name: 'Sessions' });
  return table.evaluate(({ parentElement }) =>
    parentElement === null ? 0 : parentElement.scrollWidth - parentElement.clientWidth,
  );
}
