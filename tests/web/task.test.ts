import { beforeEach, expect, it } from 'vitest';
import { playWorkers } from '../domain/engine/support.ts';
import { operator, playNight } from './support/night.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';

describePage('What can be done on the view of a task', ({ look, server, report, database }) => {
  beforeEach(() => database.truncate());

  it('acknowledges a failure where its log is read, takes that back, and retries it', async () => {
    await playNight({ server }, 'night-1');
    const as = { name: operator.name, scopes: [...operator.scopes] };
    const { page, faults } = await look('/tasks?status=failed', { as });
    await page.getByRole('link', { name: 'meta' }).click();
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const dialog = page.getByRole('dialog', { name: 'Acknowledge the failure of meta' });
    await dialog.getByLabel('Note').fill('on it');
    await dialog.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('Acknowledged by ann@example.org').waitFor();
    await page.getByText('on it').first().waitFor();
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSideScroll(page);
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await page.getByRole('button', { name: 'Retry task' }).click();
    const retry = page.getByRole('dialog', { name: 'Retry meta?' });
    await expectAccessible(page);
    await retry.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('main').getByText('queued', { exact: true }).first().waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Retry task' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('cancels a task that has not finished, after asking', async () => {
    await playWorkers(server().store).start([{ task: 'crawl' }], { runId: 'crawls' });
    const as = { name: 'bob@example.org', scopes: ['read' as const, 'approve' as const] };
    const { page, faults } = await look('/tasks?run=crawls', { as });
    await page.getByRole('link', { name: 'crawl', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel task' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel crawl?' });
    await dialog.getByLabel('Note').fill('wrong night');
    await dialog.getByRole('button', { name: 'Cancel the task' }).click();
    await page.getByRole('main').getByText('skipped', { exact: true }).first().waitFor();
    await page.getByRole('table', { name: 'Decisions' }).getByText('wrong night').waitFor();
    expect(faults).toEqual([]);
  });

  it('does nothing with what another tool runs, nor for who may only read', async () => {
    const { id } = await report({ status: 'failed' });
    await playNight({ server }, 'night-1');
    const { page, faults } = await look(`/tasks/${id}`);
    await page.getByRole('heading', { level: 1, name: /seo.validate/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Retry task' }).count()).toBe(0);
    await page.goto(`${new URL(page.url()).origin}/tasks?run=night-1&status=failed`);
    await page.getByRole('link', { name: 'meta' }).click();
    for (const name of ['Acknowledge', 'Retry task'])
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
    expect(faults).toEqual([]);
  });

  it('asks the server nothing about an address that names no task', async () => {
    const { page, faults } = await look('/tasks/abc');
    await page.getByRole('heading', { name: 'There is no such task' }).waitFor();
    // What came after the stream began would be asked by now.
    await report({ task: 'heard' });
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('link', { name: 'heard' }).waitFor();
    expect(faults).toEqual([]);
  });
});
