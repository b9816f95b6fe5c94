import type { Page } from 'playwright-core';
import { beforeEach, expect, it } from 'vitest';
import type { Scope } from '../../contract/words/viewers.ts';
import type { ApprovalPolicy } from '../../domain/plans/policy.ts';
import type { PullChecks, PullDetails } from '../../domain/pulls/details.ts';
import { noteDetails } from '../../domain/pulls/noteDetails.ts';
import { awaitingPull, head } from '../domain/pulls/support.ts';
import { describePage, expectAccessible, expectNoSideScroll } from './support/page.ts';

const scopes: Scope[] = ['read', 'approve'];
const ann = { name: 'ann@example.org', scopes };
const bob = { name: 'bob@example.org', scopes };

const details: PullDetails = {
  title: 'Tidy the lamp',
  isDraft: false,
  isFromFork: false,
  baseRef: 'main',
  headRef: 'tidy',
  additions: 120,
  deletions: 34,
  changedFiles: 6,
  mergeState: 'blocked',
  reviewDecision: null,
  labels: ['deps'],
  reviews: [{ reviewer: 'ada', state: 'approved' }],
};
const checks: PullChecks = {
  state: 'failed',
  passed: 14,
  failed: 1,
  running: 2,
  skipped: 0,
  named: [{ name: 'unit tests', state: 'failed', isRequired: true, url: null }],
  isComplete: true,
  problem: null,
};

describePage('The approvals', ({ look, report, database, server }) => {
  beforeEach(() => database.truncate());

  /** Brings a task of a run to await approval of pull request 7, of which everything is known. */
  const waits = async (policy: Partial<ApprovalPolicy> = {}) => {
    const { id } = await awaitingPull(server().store, policy);
    await headIs(id, head(1));
    return id;
  };
  const headIs = async (task: number, headSha: string) => {
    const { db } = server().store;
    const values = [headSha, task];
    await db.query({
      text: `UPDATE approvals SET pull_head = $1, pull_author = 'keeper' WHERE task_id = $2`,
      values,
    });
    const pull = { host: 'github.com', owner: 'isle', repo: 'light', number: 7, headSha };
    await noteDetails(server().store, pull, { details, checks, isUnfinished: false });
  };
  const expires = (task: number, at: string) =>
    server().store.db.query({
      text: 'UPDATE approvals SET expires_at = $1 WHERE task_id = $2',
      values: [at, task],
    });
  const asks = async (task: string, more: object = {}) =>
    (await report({ task, status: 'awaiting_approval', ...more })).id;
  const stateOf = async (task: number) => {
    const [row] = await server().store.db.query<{ approval_state: string; approver: string; note: string }>({
      text: 'SELECT approval_state, approver, approval_note AS note FROM agents_tasks WHERE id = $1',
      values: [task],
    });
    return row;
  };
  const group = (page: Page, name = 'Waits for you') => page.getByRole('region', { name });
  const rowsOf = (page: Page, name?: string) => group(page, name).locator('[data-row]');

  it('stand in the order of their expiry, those first that wait for the viewer', async () => {
    const late = await asks('late');
    const soon = await asks('soon');
    await expires(late, '2099-01-02T00:00:00Z');
    await expires(soon, '2099-01-01T00:00:00Z');
    await waits({ approvers: ['bob@example.org'] });
    const { page, faults } = await look('/approvals', { as: ann });
    await rowsOf(page).first().waitFor();
    expect(await rowsOf(page).allInnerTexts()).toEqual([`soon #${soon}`, `late #${late}`]);
    await rowsOf(page, 'Waits for others').first().waitFor();
    expect(await rowsOf(page, 'Waits for others').count()).toBe(1);
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('have a card with what, evidence and who, and one press approves the commit that it shows', async () => {
    const id = await waits();
    const { page, faults } = await look(`/approvals/${id}`, { as: ann });
    const card = page.getByRole('article');
    await card.getByText('Tidy the lamp').waitFor();
    const text = (await card.allInnerTexts()).join('\n');
    for (const part of [
      'isle/light#7',
      'tidy into main',
      '+120 −34 6 files',
      '14 passed, 1 failed, 2 running',
      'unit tests failed, required',
      'a rule of its base branch is not met',
      'ada: approved',
      'everyone with the approve scope',
      'Approving it releases 1 step.',
    ])
      expect(text).toContain(part);
    await expectAccessible(page);
    await card.getByLabel('Note').fill('Looks right');
    await card.getByRole('button', { name: 'Approve 00000000' }).click();
    await card.getByText('approved by ann@example.org').waitFor();
    expect(await stateOf(id)).toMatchObject({ approval_state: 'approved', note: 'Looks right' });
    await rowsOf(page).first().waitFor();
    await group(page).getByText('approved', { exact: true }).waitFor();
    expect(await rowsOf(page).count(), 'the row stays where it was').toBe(1);
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('are refused where the head has moved, show the difference, and go on with the new one', async () => {
    const id = await waits();
    const { page, faults } = await look(`/approvals/${id}`, { as: ann });
    const card = page.getByRole('article');
    const approve = card.getByRole('button', { name: 'Approve 00000000' });
    await approve.waitFor();
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Approve', exact: true });
    await confirm.waitFor();
    await headIs(id, `aaaaaaaa${head(2).slice(8)}`);
    await confirm.click();
    await dialog.getByText('its pull request is now at aaaaaaaa').waitFor();
    await page.keyboard.press('Escape');
    await card.getByText('the pull request moved from 00000000 to aaaaaaaa').waitFor();
    expect((await stateOf(id))?.approval_state).toBe('pending');
    expect(await approve.isDisabled()).toBe(true);
    expect(await card.getByRole('link', { name: 'What changed' }).getAttribute('href')).toBe(
      `https://github.com/isle/light/compare/${head(1)}...aaaaaaaa${head(2).slice(8)}`,
    );
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Go on with aaaaaaaa' }).click();
    await card.getByRole('button', { name: 'Approve aaaaaaaa' }).click();
    await card.getByText('approved by ann@example.org').waitFor();
    expect(faults).toEqual([]);
  });

  it('turn into their outcome while one looks, where somebody else decides', async () => {
    const id = await waits();
    const seen = await look(`/approvals/${id}`, { as: ann });
    await seen.page.getByRole('button', { name: 'Approve 00000000' }).waitFor();
    const other = await look(`/approvals/${id}`, { as: bob });
    await other.page.getByRole('button', { name: 'Reject…' }).click();
    const dialog = other.page.getByRole('dialog', { name: `Reject make #${id}?` });
    await dialog.getByLabel('Note').fill('Not tonight');
    await expectAccessible(other.page);
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    const card = seen.page.getByRole('article');
    await card.getByText('rejected by bob@example.org').waitFor();
    await card.getByText('Not tonight').waitFor();
    expect(await card.getByRole('button', { name: /Approve/ }).count()).toBe(0);
    await group(seen.page).getByText('rejected', { exact: true }).waitFor();
    expect([...seen.faults, ...other.faults]).toEqual([]);
  });

  it('count votes where two are needed, and say so to both', async () => {
    const id = await waits({ required: 2 });
    const first = await look(`/approvals/${id}`, { as: ann });
    const card = first.page.getByRole('article');
    await card.getByText('none yet; 2 approvals needed').waitFor();
    await card.getByText('Your approval is a vote; after it 1 more is needed.').waitFor();
    const second = await look(`/approvals/${id}`, { as: bob });
    await second.page.getByRole('button', { name: 'Approve 00000000' }).waitFor();
    await card.getByRole('button', { name: 'Approve 00000000' }).click();
    await card.getByText('your vote counts; 1 more needed').waitFor();
    await card.getByText('have approved it already').waitFor();
    expect(await card.getByRole('button', { name: 'Approve 00000000' }).isDisabled()).toBe(true);
    await second.page.getByText('ann@example.org; 1 more needed').waitFor();
    await second.page.getByText('may approve it; yours is the last approval that it needs').waitFor();
    await second.page.getByRole('button', { name: 'Approve 00000000' }).click();
    await card.getByText('approved by').waitFor();
    expect([...first.faults, ...second.faults]).toEqual([]);
  });

  it('say to whom they do not wait for why not, and to who is not signed in where to', async () => {
    const id = await waits({ approvers: ['bob@example.org'] });
    const named = await look(`/approvals/${id}`, { as: ann });
    const card = named.page.getByRole('article');
    await card.getByText('You may not approve it:').waitFor();
    expect((await card.allInnerTexts()).join('\n')).toContain('bob@example.org');
    expect(await card.getByRole('button', { name: 'Approve 00000000' }).isDisabled()).toBe(true);
    await named.page.keyboard.press('a');
    await named.page.getByRole('status').filter({ hasText: 'You may not approve it' }).first().waitFor();
    expect(await named.page.getByRole('dialog').count()).toBe(0);
    await expectAccessible(named.page);
    const nobody = await look(`/approvals/${id}`);
    await nobody.page.getByText('Sign in to decide.').waitFor();
    expect(await nobody.page.getByRole('button', { name: 'Reject…' }).isDisabled()).toBe(true);
    await nobody.page.getByRole('link', { name: 'All about this task' }).click();
    await nobody.page.getByRole('link', { name: 'Decide', exact: true }).click();
    await nobody.page.getByText('Sign in to decide.').waitFor();
    expect([...named.faults, ...nobody.faults]).toEqual([]);
  });

  it('say where a fresh sign-in is needed, and link there with the way back', async () => {
    const id = await waits({ risk: 'high' });
    const old = { ...ann, provedAt: new Date(Date.now() - 3_600_000) };
    const { page, faults } = await look(`/approvals/${id}`, { as: old });
    const card = page.getByRole('article');
    await card.getByText('you must have signed in within the last 10 minutes').waitFor();
    expect(await card.getByRole('button', { name: /Approve/ }).count()).toBe(0);
    const link = await card.getByRole('link', { name: 'Sign in again' }).getAttribute('href');
    const { pathname, searchParams } = new URL(link ?? '', page.url());
    expect([pathname, ...searchParams.values()]).toEqual(['/sign-in/issuer', '1', `/approvals/${id}`]);
    await expectAccessible(page);
    expect(faults).toEqual([]);
  });

  it('are decided several at once, each with its own result, those of others unseen', async () => {
    const [one, two, gone] = [await asks('one'), await asks('two'), await asks('gone')];
    const { page, faults } = await look('/approvals', { as: ann });
    await rowsOf(page).nth(2).waitFor();
    await page.getByRole('button', { name: 'Select all that you may approve' }).click();
    await page.getByText('3 selected').waitFor();
    await page
      .getByRole('region', { name: 'What to do with the selection' })
      .getByRole('button', { name: 'Approve…' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Approve 3 tasks?' });
    await dialog.getByLabel('Note').fill('All fine');
    // Somebody else decides one of them just now.
    await server().store.db.query({
      text: `UPDATE approvals SET ended_at = now(), state = 'rejected' WHERE task_id = $1`,
      values: [gone],
    });
    await server().store.db.query({
      text: `UPDATE agents_tasks SET status = 'failed', approval_state = 'rejected', approver = 'bob' WHERE id = $1`,
      values: [gone],
    });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    const results = page.getByRole('dialog', { name: 'Results' });
    await results.waitFor();
    const items = await results.getByRole('listitem').allInnerTexts();
    expect(items.map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      `one #${one} ✓ approved`,
      `two #${two} ✓ approved`,
      `gone #${gone} ✕ already rejected by bob`,
    ]);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await group(page).getByText('approved', { exact: true }).nth(1).waitFor();
    expect(await rowsOf(page).count()).toBe(3);
    expect([await stateOf(one), await stateOf(two)]).toMatchObject([
      { approval_state: 'approved', note: 'All fine' },
      { approval_state: 'approved', note: 'All fine' },
    ]);
    expect(faults).toEqual([]);
  });

  it('are decided by the keyboard alone; a key opens the dialog and never decides', async () => {
    const [one, two] = [await asks('one'), await asks('two')];
    const { page, faults } = await look('/approvals', { as: ann });
    await rowsOf(page).nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog', { name: `Reject two #${two}?` });
    await dialog.waitFor();
    await page.keyboard.press('r');
    await page.keyboard.press('a');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await stateOf(two))?.approval_state).toBe('pending');
    await page.keyboard.press('k');
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: `Approve one #${one}?` }).waitFor();
    await page.getByRole('dialog').getByLabel('Note').focus();
    await page.keyboard.type('a note with a and r');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Results' }).waitFor();
    expect(await stateOf(one)).toMatchObject({ approval_state: 'approved', note: 'a note with a and r' });
    expect((await stateOf(two))?.approval_state).toBe('pending');
    expect(faults).toEqual([]);
  });

  it('come in pages where 200 wait, and count what is new until it is asked for', async () => {
    const { db } = server().store;
    const last = await asks('first');
    for (let at = 1; at < 200; at += 1) await asks(`many.${at}`, { run_id: `run-${at % 7}` });
    await db.query({
      text: `UPDATE approvals SET expires_at = '2099-01-01'::timestamptz + task_id * interval '1 minute'`,
    });
    const { page, faults } = await look('/approvals', { as: ann });
    await expect.poll(() => rowsOf(page).count()).toBe(50);
    for (const count of [100, 150, 200]) {
      await group(page).getByRole('button', { name: 'Load more' }).click();
      await expect.poll(() => rowsOf(page).count()).toBe(count);
    }
    expect(await rowsOf(page).first().textContent()).toBe(`first #${last}`);
    await page.getByText('200 approvals, the end of the list').waitFor();
    await page.getByTitle('200 tasks need approval').waitFor();
    const first = rowsOf(page).first();
    const before = await first.boundingBox();
    const next = await asks('urgent', { run_id: 'nightly-1' });
    await group(page).getByRole('button', { name: '1 new approval: show' }).waitFor();
    expect(await first.boundingBox(), 'nothing moves until it is asked for').toEqual(before);
    await expires(next, '2098-01-01T00:00:00Z');
    await group(page).getByRole('button', { name: '1 new approval: show' }).click();
    await expect.poll(() => first.textContent()).toBe(`urgent #${next}`);
    expect(faults).toEqual([]);
  });

  it('fit from a telephone to a wide screen, with long names and names from right to left', async () => {
    const id = await waits();
    await asks('בדיקת קישורים', { run_id: 'ליל' });
    await asks('x'.repeat(64), {
      run_id: 'y'.repeat(64),
      outputs_uri: `https://example.org/${'z'.repeat(300)}`,
    });
    const { page, faults } = await look('/approvals', { as: ann });
    for (const width of [360, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${server().url}/approvals`);
      await rowsOf(page).nth(2).waitFor();
      await expectNoSideScroll(page);
      await expectAccessible(page);
      await page.getByRole('link', { name: `make #${id}` }).click();
      await page.getByRole('button', { name: 'Approve 00000000' }).waitFor();
      await expectNoSideScroll(page);
      await expectAccessible(page);
      if (width < 1024) {
        await page.getByRole('link', { name: '‹ All approvals' }).click();
        await rowsOf(page).nth(2).waitFor();
      }
      expect(faults).toEqual([]);
    }
  });

  it('say where nothing waits, where there is no such task, and where one needs none', async () => {
    const { page, faults } = await look('/approvals', { as: ann });
    await page.getByRole('heading', { name: 'Nothing waits for approval' }).waitFor();
    await expectAccessible(page);
    const { id } = await report();
    const origin = new URL(page.url()).origin;
    await page.goto(`${origin}/approvals/${id}`);
    await page.getByRole('heading', { name: 'This task needs no approval' }).waitFor();
    await page.goto(`${origin}/approvals/999999`);
    await page.getByRole('heading', { name: 'There is no such task' }).waitFor();
    expect(faults).toEqual([]);
  });
});
