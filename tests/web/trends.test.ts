import { beforeEach, expect, it } from 'vitest';
import { playWorkers } from '../domain/engine/support.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';
import { countAll, makePastNights } from './support/pastNights.ts';

const lastNight = new Date('2025-05-01T12:00Z');
/** The last 30 nights, by days of Berlin, where the browser is: May has begun there at this time. */
const april = 'since=2025-04-02&until=2025-05-01';

/** The cells stand by weekday; this is their order in time. */
function byDay([one]: readonly unknown[], [other]: readonly unknown[]): number {
  const dateOf = (words: unknown) => Date.parse(String(words).slice(4, 14));
  return dateOf(one) - dateOf(other);
}

describePage('The view of trends', ({ look, server, database }) => {
  beforeEach(() => database.truncate());
  const sql = (text: string) => database.db().query({ text });
  const nights = () => makePastNights(database.db(), { count: 60, until: lastNight });

  /** Has only what is younger than a time be counted, and keeps the server, which counts in the background, from the rest. */
  async function whileUncounted(time: string, act: () => Promise<void>): Promise<void> {
    const ask = { text: 'SELECT is_whole AS "isWhole" FROM trend_coverage FOR UPDATE' };
    for (let isHeld = false; !isHeld; ) {
      await sql(`UPDATE trend_coverage SET covered_from = '${time}', is_whole = false`);
      await database.db().transaction(async (tx) => {
        const [coverage] = await tx.query<{ isWhole: boolean }>(ask);
        isHeld = coverage?.isWhole === false;
        if (isHeld) await act();
      });
    }
  }

  it('shows each night by sign, number and colour, the same as a table, and leads to the runs of a day', async () => {
    await nights();
    const { page, faults } = await look(`/trends?${april}`);
    const map = page.getByRole('grid', { name: 'Runs of 30 days by outcome' });
    await map.getByRole('link', { name: 'Fri 2025-04-25: 1 run, 1 failed' }).waitFor();
    const cells = await map.getByRole('link').evaluateAll((links) =>
      links.map((link) => ({
        words: link.getAttribute('aria-label'),
        hasSign: link.querySelector('svg path') !== null,
        number: link.textContent,
      })),
    );
    expect(cells).toHaveLength(30);
    expect(cells.every(({ hasSign, number }) => hasSign && number === '1')).toBe(true);
    await page.getByText('As a table').first().press('Enter');
    const table = page.getByRole('table', { name: 'Runs of 30 days by outcome' });
    await table.waitFor();
    const rows = (await table.getByRole('row').allInnerTexts()).slice(1).map((row) => row.split('\t'));
    const drawn = cells.map(({ words }) => [words?.split(':')[0], words?.includes('failed')]);
    expect(rows.map(([day, , failed]) => [day, failed === '1'])).toEqual(drawn.toSorted(byDay).toReversed());
    await expectAccessible(page);
    await map.getByRole('link', { name: 'Fri 2025-04-25' }).click();
    await page.getByRole('link', { name: 'night-6', exact: true }).waitFor();
    expect(await page.locator('[data-row]').count()).toBe(1);
    expect(faults).toEqual([]);
  });

  it('is walked by keyboard: one stop for the nights, arrows from day to day, Enter to its runs, and back', async () => {
    await nights();
    const { page, faults } = await look(`/trends?${april}&plan=acme/site:nightly`);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    const last = page.getByRole('grid').getByRole('link', { name: 'Thu 2025-05-01' });
    await last.waitFor();
    for (let tabs = 0; tabs < 40 && !(await focused())?.startsWith('Thu 2025-05-01'); tabs += 1)
      await page.keyboard.press('Tab');
    const walked: (string | null | undefined)[] = [];
    for (const key of ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'ArrowLeft']) {
      await page.keyboard.press(key);
      walked.push((await focused())?.slice(0, 14));
    }
    expect(walked).toEqual([
      'Thu 2025-05-01',
      'Wed 2025-04-30',
      'Wed 2025-04-23',
      'Wed 2025-04-30',
      'Wed 2025-04-02',
      'Thu 2025-05-01',
      'Thu 2025-04-24',
    ]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    expect((await focused())?.slice(0, 14)).toBe('Thu 2025-04-24');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'night-7', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove filter: Plan: acme/site:nightly' }).waitFor();
    await page.goBack();
    await last.waitFor();
    await page.locator('main').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('shows how steps fare, which slow down and which are flaky, and how long decisions take', async () => {
    await nights();
    const { page, faults } = await look(`/trends?${april}`);
    const textOf = async (table: string) => {
      const rows = await page
        .getByRole('table', { name: table, exact: true })
        .getByRole('row')
        .allInnerTexts();
      return rows.slice(1).map((row) => row.split(/\s*\t\s*/));
    };
    await page.getByRole('table', { name: 'Steps', exact: true }).waitFor();
    const steps = await textOf('Steps');
    expect(steps.map(([step, plan, tasks, success]) => [step, plan, tasks, success]).toSorted()).toEqual([
      ['deps', 'acme/site:nightly', '30', '100%'],
      ['docs', 'acme/site:nightly', '30', '100%'],
      ['lint', 'acme/site:nightly', '30', '86%'],
      ['review', 'acme/site:nightly', '30', '100%'],
      ['sync', 'acme/site:nightly', '30', '100%'],
    ]);
    const notes = new Map(steps.map((row) => [row[0], row.at(-1)]));
    expect([notes.get('review'), notes.get('sync'), notes.get('deps')]).toEqual(['slowing', 'flaky', '–']);
    const [slowing, ...noOther] = await textOf('Slowing steps');
    expect([slowing?.[0], noOther]).toEqual(['review', []]);
    expect(slowing?.[3]).toMatch(/^(1m 5|2m 0)\ds$/);
    expect(Number.parseInt(slowing?.[4] ?? '', 10)).toBeGreaterThan(80);
    expect(
      (await textOf('Flaky steps')).map(([step, , recovered, turns]) => [step, recovered, turns]),
    ).toEqual([
      ['lint', '0 of 26', '8'],
      ['sync', '5 of 30', '0'],
    ]);
    expect(await textOf('Decisions')).toEqual([
      ['approved', '24'],
      ['rejected', '6'],
      ['expired', '0'],
      ['cancelled', '0'],
    ]);
    await page.getByText('24 of 30 decisions').waitFor();
    // What a bar shows is what stands beside it.
    const bar = page.getByRole('row', { name: 'lint' }).last().locator('svg').first().locator('rect').nth(1);
    expect(Number.parseFloat((await bar.getAttribute('width')) ?? '')).toBeCloseTo((26 / 30) * 100, 5);
    expect(faults).toEqual([]);
  });

  it('keeps its filters, order and range in the address, each filter as a chip, and copies them as a command', async () => {
    await nights();
    const { page, faults } = await look(`/trends?${april}&sort=slowest`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const steps = page.getByRole('table', { name: 'Steps', exact: true }).getByRole('row');
    await steps.filter({ hasText: 'review' }).waitFor();
    expect(await steps.nth(1).textContent()).toContain('review');
    await page.getByRole('searchbox', { name: 'Plan' }).fill('weekly');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No runs in this time' }).waitFor();
    await page.getByRole('searchbox', { name: 'Plan' }).fill('nightly');
    await page.keyboard.press('Enter');
    await steps.first().waitFor();
    expect(await page.getByRole('button', { name: /Remove filter: Plan/ }).count()).toBe(1);
    await page.getByRole('combobox', { name: 'Sort' }).selectOption('failing');
    await expect.poll(() => steps.nth(1).textContent()).toContain('lint');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      since: '2025-04-02',
      until: '2025-05-01',
      plan: 'nightly',
      sort: 'failing',
    });
    await page.getByRole('button', { name: 'Copy as' }).click();
    await page.getByRole('button', { name: 'Command' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(
        'nightshift trends --plan nightly --since 2025-04-02 --until 2025-05-01 --timezone Europe/Berlin --sort failing',
      );
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Days' }).selectOption('90d');
    await page.getByRole('heading', { name: 'No runs in this time' }).waitFor();
    expect(new URL(page.url()).searchParams.get('since')).toBe('90d');
    expect(faults).toEqual([]);
  });

  it('shows the 20 first steps until somebody asks for all', async () => {
    await sql(`INSERT INTO runs (run_id, created_at) VALUES ('many', '2025-04-15T02:30Z')`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms)
      SELECT 'step-' || n, 'many', 'succeeded', '2025-04-15T02:30Z', n * 1000 FROM generate_series(1, 23) n`);
    await countAll(database.db());
    const { page, faults } = await look(`/trends?${april}`);
    await page.getByText('20 of 23 steps').waitFor();
    await page.getByRole('button', { name: 'Show all 23' }).press('Enter');
    await page.getByText('23 steps', { exact: true }).waitFor();
    const rows = page.getByRole('table', { name: 'Steps', exact: true }).getByRole('row');
    expect([await rows.count(), new URL(page.url()).searchParams.get('limit')]).toEqual([24, '200']);
    expect(faults).toEqual([]);
  });

  it('takes its days from the chosen zone, of 23 hours too', async () => {
    await sql(`INSERT INTO runs (run_id, created_at) VALUES
      ('before', '2025-03-29T22:30Z'), ('first', '2025-03-29T23:00Z'), ('last', '2025-03-30T21:59Z'), ('after', '2025-03-30T22:00Z')`);
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms)
      SELECT 'lint', run_id, CASE run_id WHEN 'last' THEN 'failed' ELSE 'succeeded' END, created_at, 1000 FROM runs`);
    await countAll(database.db());
    const { page, faults } = await look('/trends?since=2025-03-28&until=2025-04-02');
    const map = page.getByRole('grid');
    await map.getByRole('link', { name: 'Sun 2025-03-30: 2 runs, 1 failed, 1 succeeded' }).waitFor();
    const words = async () =>
      (await map.getByRole('link').evaluateAll((days) => days.map(({ ariaLabel }) => [ariaLabel])))
        .toSorted(byDay)
        .flat();
    expect((await words()).slice(1, 4)).toEqual([
      'Sat 2025-03-29: 1 run, 1 succeeded',
      'Sun 2025-03-30: 2 runs, 1 failed, 1 succeeded',
      'Mon 2025-03-31: 1 run, 1 succeeded',
    ]);
    await map.getByRole('link', { name: 'Sun 2025-03-30' }).click();
    await page.getByRole('link', { name: 'last', exact: true }).waitFor();
    expect((await page.locator('[data-row]').allInnerTexts()).toSorted()).toEqual(['first', 'last']);
    await page.goBack();
    await page.getByRole('combobox', { name: 'Time zone' }).selectOption('UTC');
    await map.getByRole('link', { name: 'Sat 2025-03-29: 2 runs, 2 succeeded' }).waitFor();
    expect((await words()).slice(1, 4)).toEqual([
      'Sat 2025-03-29: 2 runs, 2 succeeded',
      'Sun 2025-03-30: 2 runs, 1 failed, 1 succeeded',
      'Mon 2025-03-31: 0 runs',
    ]);
    expect(faults).toEqual([]);
  });

  it('says while the server still counts older days, and shows them once it has', async () => {
    await nights();
    const notice = 'The server still counts its history';
    const { page, faults } = await look('/');
    await whileUncounted('2025-04-20T00:00Z', async () => {
      await page.goto(`${server().url}/trends?${april}`);
      await page.getByText(notice).waitFor();
      const day = page.getByRole('grid').getByRole('link', { name: 'Thu 2025-04-17' });
      expect(await day.getAttribute('aria-label')).toBe('Thu 2025-04-17: 0 runs, not counted yet');
      expect(await day.textContent()).toBe('?');
      await expectAccessible(page);
    });
    await countAll(database.db());
    await page.getByText('The figures are complete.').waitFor();
    expect(await page.getByText(notice).count()).toBe(0);
    await page.getByRole('grid').getByRole('link', { name: 'Thu 2025-04-17: 1 run' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('counts a run that ends while somebody looks', async () => {
    const workers = playWorkers(server().store);
    const run = await workers.start([{ task: 'only' }], { runId: 'tonight' });
    const lease = await workers.leased(run.planHash);
    const { page, faults } = await look('/trends');
    await page.getByRole('grid').getByRole('link', { name: ': 1 run, 1 open' }).waitFor();
    await workers.finish(lease);
    await page.getByRole('grid').getByRole('link', { name: ': 1 run, 1 succeeded' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('says what to do where no run is there yet, and what is wrong with a range that is too long', async () => {
    const { page, faults } = await look('/');
    await page.getByRole('link', { name: 'Trends' }).click();
    await page.getByRole('heading', { name: 'No runs in this time' }).waitFor();
    await page.getByText('nightshift run').waitFor();
    await expectAccessible(page);
    for (const [range, title] of [
      ['since=2024-04-30&until=2025-05-01', 'Choose at most 366 days'],
      ['since=2025-05-01&until=2025-04-01', 'This time ends before it begins'],
    ]) {
      await page.goto(`${server().url}/trends?${range}`);
      await page.getByRole('heading', { name: title }).waitFor();
    }
    expect(faults).toEqual([]);
  });

  it('fits from a telephone to a wide screen: a long time scrolls inside itself and begins with the latest', async () => {
    await nights();
    await sql(`INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms) VALUES
      (repeat('x', 64), 'night-1', 'succeeded', '2025-04-30T02:30Z', 1000), ('בדיקת קישורים', 'night-1', 'failed', '2025-04-30T02:30Z', 1000)`);
    await countAll(database.db());
    for (const width of [360, 768, 1280, 2560]) {
      const { page, faults } = await look('/trends?since=2024-05-01&until=2025-05-01', {
        viewport: { width, height: 800 },
      });
      const last = page.getByRole('grid').getByRole('link', { name: 'Thu 2025-05-01' });
      await last.waitFor();
      await expectNoSideScroll(page);
      const box = await last.boundingBox();
      expect([(box?.x ?? 0) > 0, (box?.x ?? 0) + (box?.width ?? 0) < width]).toEqual([true, true]);
      expect(faults).toEqual([]);
    }
  });
});
