import { readFileSync } from 'node:fs';
import { load } from 'cheerio';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { PullHead } from '../../../contract/pulls/pullReader.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { noteDetailsProblem, noteFiles } from '../../../domain/pulls/noteDetails.ts';
import { makeFormToken } from '../../../server/approvals/formToken.ts';
import { styles } from '../../../server/approvals/styles.ts';
import { head } from '../../domain/pulls/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { serve, type TestServer } from '../serve.ts';
import { awaitingByLink, noteEvidence } from './support.ts';

describeOnEither('The card behind a link', (database) => {
  const pullReach = { host: 'github.com', asks: true, hears: false };
  let asked: string[] = [];
  let answer: (pull: PullHead) => Promise<void>;
  const pullReader = {
    refresh: (pull: PullHead) => {
      asked.push('refresh');
      return answer(pull);
    },
    readFiles: async () => void asked.push('files'),
  };
  const store = storeOf(database, [], { pullReach });
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db(), {}, { store: { pullReach, pullReader } });
  });
  beforeEach(async () => {
    await database.truncate();
    asked = [];
    answer = async () => undefined;
  });

  /** What stands on the page as people read it, by the names of its parts and facts. */
  async function read(token: string, method = 'GET') {
    const page = await server.send(`/a/${token}`, { method });
    const $ = load(page.text);
    const written = (selector: string) => $(selector).text().replace(/\s+/g, ' ').trim();
    const facts = new Map(
      $('dl > div')
        .toArray()
        .map((row) => [
          `${$(row).closest('section').find('h2').text()}: ${$(row).find('dt').text()}`,
          $(row).find('dd').text().replace(/\s+/g, ' ').trim(),
        ]),
    );
    const links = $('main a')
      .toArray()
      .map((one) => $(one).attr('href'));
    return { ...page, $, written, facts, links };
  }
  const post = (token: string, fields: Record<string, string>) =>
    server.send(`/a/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        form: makeFormToken(token),
        head: head(1),
        link: 'https://github.com/isle/light/pull/7',
        looked: 'yes',
        ...fields,
      }).toString(),
    });

  it('shows what is decided, the evidence, who may, and what approving does', async () => {
    const { id, token } = await awaitingByLink(store, { required: 2, onApprove: 'merge' });
    const pull = await noteEvidence(store, { details: { isDraft: true, isFromFork: true } });
    await noteFiles(store.db, pull, {
      largest: [{ path: 'lamp/wick.ts', additions: 900, deletions: 12 }],
      seen: 6,
      isComplete: true,
    });
    const { written, facts, links, $ } = await read(token);
    expect(written('h1')).toBe(`make #${id}`);
    expect(
      $('h2')
        .toArray()
        .map((one) => $(one).text()),
    ).toEqual(['What', 'Evidence', 'Who', 'Decide']);
    expect(written('header .mark')).toBe('awaiting approval');
    expect(written('section .title')).toBe('Tidy the lamp');
    expect(Object.fromEntries(facts)).toMatchObject({
      'What: Pull request': 'isle/light#7 keeper draft from a fork',
      'What: Branches': 'tidy into main',
      'What: Labels': 'deps, night',
      'What: Run': expect.stringMatching(/ · nightly$/),
      'What: Started by': 'local',
      'What: Waits since': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC \(0 min ago\)$/),
      'Evidence: Commit': head(1).slice(0, 12),
      'Evidence: Size': '+1,120 −34 6 files1,120 lines added and 34 deleted in 6 files',
      'Evidence: Largest files': 'lamp/wick.ts +900 −12 the 1 largest of 6',
      'Evidence: Checks': 'checks failed 14 passed, 1 failed, 2 running unit tests failed, required',
      'Evidence: Merge': 'a rule of its base branch is not met: a review or a check is missing',
      'Evidence: Reviews': 'changes requested (ada: approved)',
      'Evidence: Read': expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
      'Who: Votes': 'none yet; 2 approvals needed',
      'Who: May approve': 'everyone with the approve scope',
      'Who: This link': 'for ann@example.org',
      'Who: Expires': expect.stringMatching(
        /^\d{4}-\d\d-\d\d \d\d:\d\d UTC \(in (3 d|2 d 23 h); then the task fails\)$/,
      ),
    });
    expect([...facts.keys()]).not.toContain('What: Output');
    expect(written('section:last-of-type > p')).toBe(
      'Approving it merges commit 00000000 of isle/light#7 into main and releases 1 step. Your approval is a vote; after it 1 more is needed.',
    );
    expect(written('button.primary')).toBe('Approve 00000000');
    expect($('input[name=head]').attr('value')).toBe(head(1));
    expect(written('details.apart')).toBe('Reject… The task fails, and what needs it does not run. Reject');
    expect($('details.apart').attr('open')).toBeUndefined();
    expect(links).toEqual([
      'https://github.com/isle/light/pull/7',
      'https://github.com/isle/light/actions/runs/1',
    ]);
  });

  it('sets no cookie, has no script and no style of an element, and is kept nowhere', async () => {
    const { token } = await awaitingByLink(store);
    await noteEvidence(store);
    const { headers, $ } = await read(token);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*style-src 'sha256-[^']+';/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|script-src/);
    expect($('script, [style], img, iframe, object, link:not([rel=icon])')).toHaveLength(0);
    expect($('[onclick], [onload], [onerror]')).toHaveLength(0);
    for (const one of $('main a').toArray()) expect($(one).attr('rel')).toContain('noreferrer');
  });

  it('never takes checks that could not be read for none', async () => {
    const { token } = await awaitingByLink(store);
    const unread = {
      state: 'unavailable',
      passed: null,
      failed: null,
      running: null,
      skipped: null,
      named: [],
    } as const;
    await noteEvidence(store, {
      checks: { ...unread, named: [], problem: 'The token may not read checks.' },
    });
    expect((await read(token)).facts.get('Evidence: Checks')).toBe(
      'checks unavailable Checks unavailable: there may be some, and they may have failed. The token may not read checks.',
    );
    await noteEvidence(store, {
      checks: { ...unread, named: [], state: 'none', passed: 0, failed: 0, running: 0, skipped: 0 },
    });
    expect((await read(token)).facts.get('Evidence: Checks')).toBe('no checks');
  });

  it('says what was pushed after it was sent, and which votes that made void, each with the difference', async () => {
    const { id, token, headIs } = await awaitingByLink(store, { required: 2 });
    await decideTask(store, viewerNamed('ada'), id, 'approve');
    await headIs(`aaaaaaaa${head(2).slice(8)}`);
    await store.db.query({
      text: 'UPDATE approvals SET stale_at = now(), votes_from = (SELECT max(id) FROM decisions)',
    });
    const { written, facts, links } = await read(token);
    expect(written('#evidence, .care')).toContain(
      'The pull request moved from 00000000 to aaaaaaaa after this link was sent. What changed',
    );
    expect(facts.get('Evidence: Void votes')).toBe(
      'ada approved an earlier commit 00000000: what changed since',
    );
    const compare = `https://github.com/isle/light/compare/${head(1)}...aaaaaaaa${head(2).slice(8)}`;
    expect(links.filter((one) => one === compare)).toHaveLength(2);
  });

  it('says where it refuses what was pushed while one looked, and is then about the new commit', async () => {
    const { token, headIs } = await awaitingByLink(store);
    await headIs(`aaaaaaaa${head(2).slice(8)}`);
    const refused = await post(token, { action: 'approve', note: 'kept' });
    expect(refused.status).toBe(409);
    const $ = load(refused.text);
    expect($('[role=alert]').text()).toContain(
      'While you looked, the pull request moved from 00000000 to aaaaaaaa. What changed',
    );
    expect($('input[name=head]').attr('value')).toBe(`aaaaaaaa${head(2).slice(8)}`);
    expect($('textarea').text()).toBe('kept');
    expect($('input[name=looked]').attr('checked')).toBeUndefined();
  });

  it('asks the host once somebody looks, and shows what is kept where that does not answer or fails', async () => {
    const { token } = await awaitingByLink(store);
    await read(token, 'HEAD');
    expect(asked).toEqual([]);
    answer = async () => void (await noteEvidence(store, { details: { title: 'Just read' } }));
    expect((await read(token)).written('section .title')).toBe('Just read');
    expect(asked).toEqual(['refresh', 'files']);
    answer = () => new Promise(() => undefined);
    expect((await read(token)).written('section .title')).toBe('Just read');
    answer = () => Promise.reject(new Error('the host is away'));
    expect((await read(token)).written('section .title')).toBe('Just read');
    await noteDetailsProblem(store, await noteEvidence(store), 'GitHub answered 502.');
    asked = [];
    expect((await read(token)).written('.care')).toBe('GitHub answered 502.');
    expect(asked, 'files are not asked for where something went wrong').toEqual(['refresh']);
  });

  it('says that a host which has not answered in time may have by the next look', async () => {
    const { token } = await awaitingByLink(store);
    answer = () => new Promise(() => undefined);
    const { status, written } = await read(token);
    expect([status, written('.care')]).toEqual([
      200,
      'The server has not read it yet. Load this page again in a moment.',
    ]);
  });

  it('says why it may not decide, and has no form then', async () => {
    const { token } = await awaitingByLink(store, { approvers: ['ben@example.org'] });
    const { written, facts, $ } = await read(token);
    expect(written('.care')).toContain(
      'This link may not approve it: only ben@example.org may approve it, not ann@example.org.',
    );
    expect(written('.care')).toContain('This link may not reject it: only ben@example.org may reject it');
    expect(facts.get('Who: May approve')).toBe('ben@example.org');
    expect($('form')).toHaveLength(0);
  });

  it('of somebody who may only reject has a form that approves nothing, whatever key is pressed', async () => {
    const { token } = await awaitingByLink(store, { denySelf: true }, 'keeper@example.org');
    await store.db.query({ text: `UPDATE runs SET started_by = 'keeper@example.org'` });
    const { $, written } = await read(token);
    expect(written('.care')).toContain(
      'keeper@example.org started its run, so someone else must approve it.',
    );
    // Enter presses the first button of a form, and nothing where that is off.
    expect($('form button').first().attr('disabled')).toBe('disabled');
    expect(written('form button[value=reject]')).toBe('Reject');
  });

  it('of somebody who has voted by another way says so, and of the last vote that it is the last', async () => {
    const { id, token, mint } = await awaitingByLink(store, { required: 2 });
    await decideTask(store, viewerNamed('ann@example.org'), id, 'approve');
    const ann = await read(token);
    expect(ann.facts.get('Who: This link')).toBe('for ann@example.org, who has approved it already');
    expect(ann.facts.get('Who: Votes')).toBe('ann@example.org; 1 more needed');
    expect(ann.$('button.primary').attr('disabled')).toBe('disabled');
    const ben = await read(await mint('ben@example.org'));
    expect(ben.facts.get('Who: This link')).toBe(
      'for ben@example.org; yours is the last approval that it needs',
    );
    expect(ben.$('button.primary').attr('disabled')).toBeUndefined();
  });

  it('once decided shows the outcome and its way, and neither evidence nor log, and asks the host no more', async () => {
    const { token } = await awaitingByLink(store, { onApprove: 'merge' });
    await noteEvidence(store);
    expect((await post(token, { action: 'approve', note: 'fine' })).status).toBe(303);
    asked = [];
    const { written, facts, $ } = await read(token);
    expect(asked).toEqual([]);
    expect(
      $('h2')
        .toArray()
        .map((one) => $(one).text()),
    ).toEqual(['Outcome', 'What', 'Who']);
    expect(written('section .title')).toBe('approved by ann@example.org');
    expect(Object.fromEntries(facts)).toMatchObject({
      'Outcome: Via': 'link',
      'Outcome: Commit': head(1).slice(0, 12),
      'Outcome: Note': 'fine',
      'Outcome: Pull request': 'merge: to be done',
      'Outcome: Task': 'succeeded',
      'Who: Votes': 'ann@example.org',
    });
    expect($('form, pre')).toHaveLength(0);
  });

  it('leads to no host but the one that the server knows, other than by the link of the task, shown whole', async () => {
    const { token, headIs } = await awaitingByLink(store);
    await noteEvidence(store, {
      checks: {
        named: [
          { name: 'lure', state: 'failed', isRequired: false, url: 'https://evil.example/x' },
          { name: 'script', state: 'failed', isRequired: false, url: 'javascript:alert(1)' },
        ],
      },
    });
    expect((await read(token)).links).toEqual(['https://github.com/isle/light/pull/7']);
    await store.db.query({ text: `UPDATE approvals SET pull_host = 'evil.example'` });
    await headIs(head(3));
    const other = await read(token);
    expect(other.facts.get('What: Pull request')).toContain('evil.example/isle/light#7');
    expect(other.facts.get('What: Output')).toBe('https://github.com/isle/light/pull/7');
    expect(other.links).toEqual(['https://github.com/isle/light/pull/7']);
  });

  it('has the colours of the page', () => {
    const tokens = readFileSync('web/tokens.css', 'utf8');
    const colours = (text: string) =>
      new Map(
        [...text.matchAll(/(--[\w-]+): (light-dark\([^;]+);/g)].map(([, name, value]) => [name, value]),
      );
    const ofPage = colours(tokens);
    const own = [...colours(styles)];
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter(([name, value]) => ofPage.get(name) !== value)).toEqual([]);
  });
});
