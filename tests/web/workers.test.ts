import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { packageVersion } from '../../contract/packageVersion.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { startWorker, writePlan } from '../orchestrator/support/workers.ts';
import { operator } from './support/night.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';

describePage('Those who work for a server', ({ look, server, database }) => {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-page-workers-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const as = { ...operator, scopes: [...operator.scopes] };

  it('are shown idle, at work, draining and gone, while one looks', async () => {
    await database.truncate();
    writePlan(directory, 'nightly', {
      project: 'acme/site',
      steps: [{ task: 'long', cmd: ['sleep', ['600']], labels: ['gpu'] }],
    });
    const { page, faults } = await look('/settings/workers', { as });
    await page.getByText('No worker is running.').waitFor();
    const worker = startWorker({
      directory,
      url: server().url,
      plan: 'nightly',
      name: 'build-1',
      concurrency: 2,
      labels: ['gpu'],
    });
    const row = page.getByRole('table', { name: 'Workers' }).getByRole('row', { name: 'build-1' });
    await row.getByText('idle').waitFor();
    await row.getByText('0 of 2 at once').waitFor();
    await row.getByText(packageVersion(), { exact: true }).waitFor();
    await row.getByRole('link', { name: 'acme/site:nightly' }).waitFor();
    await row.getByText('gpu').waitFor();
    await expectAccessible(page);

    await playWorkers(server().store).start([], { plan: 'nightly', definition: undefined });
    await row.getByText('busy').waitFor();
    await row.getByRole('link', { name: /^long #\d+$/ }).waitFor();
    await page.getByRole('button', { name: 'Drain build-1' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Drain', exact: true }).click();
    await row.getByText('draining').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Drain build-1' }).isDisabled()).toBe(true);

    await worker.kill('SIGKILL');
    for (const change of [
      'worker_looks SET seen_at = seen_at',
      'task_attempts SET lease_expires_at = lease_expires_at',
    ])
      await database.db().query({ text: `UPDATE ${change} - interval '1 hour'` });
    await row.getByText('gone', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('No worker is running.').waitFor();
    await page.getByLabel('Show those that are gone').check();
    await row.getByText('gone', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?gone=yes');
    expect(faults).toEqual([]);
  });

  it('are outdated in words and unknown where they tell nothing; a new one is counted first', async () => {
    await database.truncate();
    const { start, ask } = playWorkers(server().store);
    const { planHash } = await start([{ task: 'a', labels: ['elsewhere'] }]);
    await ask(planHash, { worker: 'b-old', about: { version: '0.0.1', protocol: 2, node: '22.0.0' } });
    await ask(planHash, { worker: 'c-silent' });
    const { page, faults } = await look('/settings/workers', {
      as: { name: 'bob@example.org', scopes: ['read'] },
    });
    const rowOf = (name: string) => page.getByRole('row', { name });
    await rowOf('b-old').getByText('outdated').waitFor();
    await rowOf('b-old').getByText('protocol 2, Node 22.0.0').waitFor();
    await rowOf('c-silent').getByText('unknown').waitFor();
    await page.getByText('Draining needs the scope operate.').waitFor();
    expect(await page.getByRole('button', { name: /^Drain/ }).count()).toBe(0);

    await ask(planHash, { worker: 'a-new' });
    await ask(planHash, { worker: 'd-new' });
    await page.getByRole('button', { name: /1 new worker/ }).waitFor();
    await rowOf('d-new').waitFor();
    expect(await rowOf('a-new').count()).toBe(0);
    await page.getByRole('button', { name: /1 new worker/ }).click();
    await rowOf('a-new').waitFor();
    for (const width of [360, 1280, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await expectNoSideScroll(page);
    }
    expect(faults).toEqual([]);
  });
});

describePage('The health of a server', ({ look, server }) => {
  it('is shown with its queue, database and versions', async () => {
    await playWorkers(server().store).start([{ task: 'a' }, { task: 'b', needs: ['a'] }]);
    const { page, faults } = await look('/settings/server');
    const standing = page.getByRole('region', { name: 'Queue and database' });
    await expect.poll(() => standing.textContent()).toMatch(/for a worker1 task, the oldest for \d/);
    const text = await standing.textContent();
    expect(text).toMatch(/(PostgreSQL|PGlite \(PostgreSQL) \d+.*Size of the database[\d,.]+ [KMG]B/);
    expect(text).toMatch(/Migrations\d+, the latest \d{4}_/);
    const versions = await page.getByRole('region', { name: 'Versions' }).textContent();
    expect(versions).toContain(`Nightshift${packageVersion()}`);
    expect(versions).toContain(`Node${process.versions.node}`);
    await expectAccessible(page);
    for (const width of [360, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await expectNoSideScroll(page);
    }
    expect(faults).toEqual([]);
  });
});
