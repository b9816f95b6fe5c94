import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { readDownload } from './support/readDownload.ts';

describePage('The list of tasks', ({ look, report, change, database }) => {
  it('shows tasks, newest first, and leads to each', async () => {
    await report({ task: 'seen.first', run_id: 'run-a', status: 'failed' });
    const { id } = await report({ task: 'seen.second', run_id: 'run-a' });
    const { page, faults } = await look('/tasks?run=run-a');
    const rows = page.getByRole('table', { name: 'Tasks' }).getByRole('row');
    await page.getByRole('link', { name: 'seen.first' }).waitFor();
    expect((await rows.allInnerTexts()).slice(1).map((text) => text.split('\t').slice(0, 2))).toEqual([
      ['running', 'seen.second'],
      ['failed', 'seen.first'],
    ]);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'seen.second' }).click();
    await page.getByRole('heading', { level: 1, name: `seen.second #${id}` }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/tasks/${id}`);
    await page.getByRole('link', { name: '‹ Tasks' }).click();
    await page.getByRole('link', { name: 'seen.first' }).waitFor();
    expect(new URL(page.url()).search, 'the way back keeps the filters').toBe('?run=run-a');
    expect(faults).toEqual([]);
  });

  it('has every filter as a chip, and in the address by the name of the flag', async () => {
    await report({ task: 'kept', run_id: 'run-b', status: 'failed' });
    await report({ task: 'left.out', run_id: 'run-b', status: 'succeeded' });
    const { page, faults } = await look('/tasks');
    await page.getByLabel('Status', { exact: true }).selectOption('failed');
    await page.getByLabel('Run', { exact: true }).fill('run-b');
    await page.keyboard.press('Enter');
    await page.getByLabel('Started').selectOption('7d');
    await page.getByRole('button', { name: 'Remove filter: Since: last 7d' }).waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('?status=failed&run=run-b&since=7d');
    await page.getByRole('link', { name: 'kept' }).waitFor();
    await page.getByRole('link', { name: 'left.out' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Remove filter: Status: failed' }).click();
    await page.getByRole('link', { name: 'left.out' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Remove filter: Status: failed' }).waitFor();
    await page.getByRole('link', { name: 'left.out' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    expect(faults).toEqual([]);
  });

  it('finds a text, and the failures at which nobody is', async () => {
    const json = { run_id: 'run-t', started_at: new Date() };
    await report({ ...json, task: 'breaks', status: 'failed', outputs_uri: 'https://example.org/no-space' });
    await report({ ...json, task: 'breaks.too', status: 'failed' });
    await report({
      ...json,
      task: 'holds',
      status: 'succeeded',
      outputs_uri: 'https://example.org/no-space',
    });
    const { page, faults } = await look('/tasks?run=run-t');
    await page.getByLabel('Failures', { exact: true }).selectOption('Failures: not acknowledged');
    await page.getByRole('link', { name: 'holds' }).waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'breaks.too' }).waitFor();
    await page.getByLabel('Text', { exact: true }).fill('n');
    await page.keyboard.press('Enter');
    await page.keyboard.type('o-SPACE');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'breaks.too' }).waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'breaks' }).waitFor();
    await page.getByText('of the last 30 days, not in logs').waitFor();
    expect(new URL(page.url()).search).toBe('?run=run-t&unacknowledged=true&text=no-SPACE');
    await expectAccessible(page);
    await page.getByLabel('Failures', { exact: true }).selectOption('Failures: acknowledged');
    await page.getByRole('heading', { name: 'No task matches' }).waitFor();
    await page.getByRole('button', { name: 'Remove filter: Failures: acknowledged' }).click();
    await page.getByRole('link', { name: 'holds' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('copies what it shows as the command that lists the same, on plain HTTP as well', async () => {
    const { page, faults } = await look("/tasks?status=failed&task=it's&since=7d");
    // Where the browser has no clipboard for scripts, a selection is copied.
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.addEventListener('copy', () => {
        const area = document.activeElement as HTMLTextAreaElement;
        (globalThis as { copied?: string }).copied = area.value;
      });
    });
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('button', { name: 'Command' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => (globalThis as { copied?: string }).copied)).toBe(
      "nightshift list --status failed --task 'it'\\''s' --since 7d",
    );
    expect(faults).toEqual([]);
  });

  it('shows a change in its place, and only counts what is new until it is asked for', async () => {
    const first = await report({ task: 'stands.still', run_id: 'run-c' });
    const { page, faults } = await look('/tasks?run=run-c');
    const rows = page.getByRole('table', { name: 'Tasks' }).getByRole('row');
    await page.getByRole('link', { name: 'stands.still' }).waitFor();
    await report({ task: 'comes.later', run_id: 'run-c' });
    await page.getByRole('button', { name: '1 new task: show' }).waitFor();
    expect(await rows.count()).toBe(2);
    await change(first.id, { status: 'succeeded' });
    await rows.nth(1).getByText('succeeded').waitFor();
    await page.getByRole('button', { name: '1 new task: show' }).click();
    await page.getByRole('link', { name: 'comes.later' }).waitFor();
    expect(await rows.count()).toBe(3);
    expect(faults).toEqual([]);
  });

  it('loads more, with the keyboard alone', async () => {
    for (let at = 0; at < 60; at += 1)
      await report({ task: `many.${at}`, run_id: 'run-d', status: 'succeeded' });
    const { page, faults } = await look('/tasks?run=run-d');
    const links = page.locator('[data-row]');
    await expect.poll(() => links.count()).toBe(50);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('many.59');
    await page.getByRole('button', { name: 'Load more' }).press('Enter');
    await expect.poll(() => links.count()).toBe(60);
    await page.getByText('60 tasks, the end of the list').waitFor();
    await links.first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'many.59' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('saves all rows of the view with its columns as CSV', async () => {
    const json = { run_id: 'run-e', started_at: '2025-01-15T02:30:00Z', status: 'succeeded' };
    await report({ ...json, task: '=1+1' });
    const { page, faults } = await look('/tasks?run=run-e&columns=status,started_at');
    await page.getByRole('link', { name: '=1+1' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect(await readDownload(await download)).toBe(
      "status,task,started_at\r\nsucceeded,'=1+1,2025-01-15T02:30:00Z\r\n",
    );
    expect(faults).toEqual([]);
  });

  it('says where nothing matches, and where nothing is there yet', async () => {
    const { page, faults } = await look('/tasks?task=none.such');
    await page.getByRole('heading', { name: 'No task matches' }).waitFor();
    await expectAccessible(page);
    await database.truncate();
    await page.goto(page.url().split('?')[0] ?? '');
    await page.getByRole('heading', { name: 'No tasks yet' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('fits from a telephone to a wide screen, with long names and names from right to left', async () => {
    await report({
      task: 'x'.repeat(64),
      run_id: 'y'.repeat(64),
      outputs_uri: `https://example.org/${'z'.repeat(300)}`,
    });
    await report({ task: 'בדיקת קישורים', run_id: 'ליל' });
    for (const width of [360, 768, 1280, 2560]) {
      const { page, faults } = await look('/tasks', { viewport: { width, height: 800 } });
      await page.getByRole('link', { name: 'בדיקת קישורים' }).waitFor();
      await expectNoSideScroll(page);
      await expectAccessible(page);
      expect(faults).toEqual([]);
    }
  });

  it('names the zone of every time, and changes all with one choice that it remembers', async () => {
    await report({ task: 'timed', run_id: 'run-f', started_at: '2025-01-15T02:30:00Z' });
    const { page, faults } = await look('/tasks?run=run-f');
    await page.getByText('2025-01-15 03:30 CET').waitFor();
    await page.getByLabel('Time zone').selectOption('UTC');
    await page.getByText('2025-01-15 02:30 UTC').waitFor();
    await page.reload();
    await page.getByText('2025-01-15 02:30 UTC').waitFor();
    expect(faults).toEqual([]);
  });

  it('shows help for its keys, and counts in the title what waits', async () => {
    await report({ task: 'asks', status: 'awaiting_approval' });
    const { page, faults } = await look('/tasks');
    await eventually(async () => expect(await page.title()).toBe('(1) Tasks · Nightshift'));
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Step');
    expect(faults).toEqual([]);
  });
});
