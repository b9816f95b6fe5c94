import { beforeAll, beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { expireApprovals } from '../../../domain/approvals/expire.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { openReported } from '../../../domain/tasks/openApproval.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { makeFormToken } from '../../../server/approvals/formToken.ts';
import { playWorkers } from '../../domain/engine/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { type Answer, serve, type TestServer } from '../serve.ts';

const adminApiKey = 'a-long-enough-secret';
const head = 'a'.repeat(40);
const link = 'https://github.com/acme/site/pull/7';

describeOnEither('The link of an approval', (database) => {
  const store = storeOf(database);
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db(), {
      adminApiKey,
      trustedProxy: ['127.0.0.1'],
      approverGroups: new Map([['ann@example.org', ['release']]]),
    });
  });
  beforeEach(() => database.truncate());

  /** A task that awaits approval under a policy, and a link to decide about it. */
  async function waiting(policy: object = {}, recipient = 'ann@example.org') {
    const { task } = await createTask(store, everything, {
      task: 'seo.validate',
      runId: 'nightly-1',
      status: 'awaiting_approval',
      outputsUri: 'https://github.com/acme/site/pull/7',
      logExcerpt: '<b>bold</b> & "quoted"',
    });
    const [approval] = await store.db.query<{ id: number }>({
      text: `UPDATE approvals SET policy = policy || $2, pull_head = $3 WHERE task_id = $1 RETURNING id`,
      values: [task.id, JSON.stringify(policy), head],
    });
    const mint = (whom: string) => createLink(store.db, approval?.id ?? 0, whom);
    return { id: task.id, mint, token: (await mint(recipient)) ?? '' };
  }

  const open = (token: string) => server.send(`/a/${token}`);
  const formOf = (page: Answer) => /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  async function post(
    token: string,
    fields: Record<string, string>,
    also: Record<string, string> = {},
  ): Promise<Answer> {
    const form = formOf(await open(token)) || makeFormToken(token);
    return server.send(`/a/${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...also },
      body: new URLSearchParams({ form, head, link, looked: 'yes', ...fields }).toString(),
    });
  }
  const audit = (id: number) =>
    store.db.query<Record<string, unknown>>({
      text: 'SELECT action, outcome, viewer_name(viewer) AS viewer, via, note FROM decisions WHERE task_id = $1 ORDER BY id',
      values: [id],
    });
  /** Everything that the database holds, to see that nothing changes. */
  const everythingStored = () =>
    store.db.query({
      text: `SELECT (SELECT jsonb_agg(t ORDER BY id) FROM agents_tasks t) tasks, (SELECT jsonb_agg(a ORDER BY id) FROM approvals a) approvals,
        (SELECT jsonb_agg(l ORDER BY token_hash) FROM approval_links l) links, (SELECT jsonb_agg(d ORDER BY id) FROM decisions d) decisions`,
    });

  it('shows task, pull request, commit, age and what was printed, for nobody’s cache, frame or script', async () => {
    const { token, id } = await waiting();
    const page = await open(token);
    expect(page.status).toBe(200);
    const parts = [`#${id}`, 'nightly-1', 'acme/site#7', head, 'min ago', 'for ann@example.org'];
    for (const shown of parts) expect(page.text).toContain(shown);
    expect(page.text).toContain('&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot;');
    expect(page.text).not.toMatch(/<script|<b>/);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    const [stored] = await store.db.query<{ hash: string }>({
      text: 'SELECT token_hash AS hash FROM approval_links',
    });
    expect(stored?.hash).not.toContain(token);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  /** A task that asks before it runs, and a link to decide about it. */
  async function atGate(cmd: string[] = ['npm', 'run', 'deploy']) {
    const { start, leased, finish } = playWorkers(store);
    const { planHash, tasks } = await start([{ task: 'deploy', gate: {}, inputs: { cmd, flags: [] } }]);
    const id = tasks[0]?.id ?? 0;
    const [approval] = await store.db.query<{ id: number }>({
      text: 'SELECT id FROM approvals WHERE task_id = $1',
      values: [id],
    });
    const token = (await createLink(store.db, approval?.id ?? 0, 'ann@example.org')) ?? '';
    const decide = (action: string) => post(token, { action, head: '', link: '' });
    return { id, token, decide, lease: () => leased(planHash), finish };
  }

  it('of a gate shows the command that is to run, and nothing of it is markup', async () => {
    const { token } = await atGate(['sh', '-c', 'echo <b>bold</b>']);
    const { text } = await open(token);
    expect(text).toContain(
      '<dt>Runs</dt><dd><code><bdi>sh -c &#39;echo &lt;b&gt;bold&lt;/b&gt;&#39;</bdi></code></dd>',
    );
    expect(text).toContain('Approving it runs the command: sh -c');
    expect(text).toContain('before it runs');
    expect(text).not.toContain('<b>');
  });

  it('of a gate says after the decision what became of it, and no more that it waits', async () => {
    const { token, decide, lease, finish } = await atGate();
    expect((await decide('approve')).status).toBe(303);
    const outcome = async () => /<dt>Task<\/dt><dd>([^<]*)/.exec((await open(token)).text)?.[1];
    expect(await outcome()).toBe('it is queued');
    const taken = await lease();
    expect(await outcome()).toBe('it is running');
    await finish(taken);
    expect(await outcome()).toBe('it has run: succeeded');
    const { text } = await open(token);
    expect(text).toContain('approved by ann@example.org');
    expect(text).toContain('<code><bdi>npm run deploy</bdi></code>');
    expect(text).not.toMatch(/before it runs|Waits since|Expires/);
  });

  it('of a gate that was rejected or expired says that it has not run', async () => {
    const rejected = await atGate();
    await rejected.decide('reject');
    const late = await atGate();
    await store.db.query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1`,
      values: [late.id],
    });
    expect((await open(late.token)).text).not.toMatch(/Expires|before it runs/);
    await expireApprovals(store);
    for (const { token } of [rejected, late]) {
      const { text } = await open(token);
      expect(text).toContain('it has not run: failed');
      expect(text).not.toMatch(/before it runs|Waits since|Expires/);
    }
  });

  it('of what a task made says after the decision how the task stands, and no more that it waits', async () => {
    const { token } = await waiting();
    expect((await open(token)).text).toMatch(/Waits since.*Expires/s);
    await post(token, { action: 'approve' });
    const { text } = await open(token);
    expect(text).toContain('<dt>Task</dt><dd>succeeded</dd>');
    expect(text).not.toMatch(/Waits since|Expires/);
  });

  const looksOfClient = sized({ short: 25, full: 125 });
  it(`changes nothing by ${8 * looksOfClient} looks of several clients at once`, async () => {
    const { token } = await waiting();
    const before = await everythingStored();
    const kinds = [{}, { purpose: 'prefetch' }, { 'user-agent': 'scanner', 'sec-fetch-site': 'cross-site' }];
    const looks = Array.from({ length: 8 }, async (_, client) => {
      for (let look = 0; look < looksOfClient; look += 1) {
        const answer = await server.send(`/a/${token}?utm=${look}`, {
          method: (client + look) % 4 === 0 ? 'HEAD' : 'GET',
          headers: kinds[look % kinds.length] as Record<string, string>,
        });
        expect(answer.status).toBe(200);
      }
    });
    await Promise.all(looks);
    expect(await everythingStored()).toEqual(before);
  });

  it('approves as its recipient, once, and tells afterwards who decided and when', async () => {
    const { token, id } = await waiting();
    const answer = await post(token, { action: 'approve', note: 'fine' });
    expect(answer).toMatchObject({ status: 303, headers: { location: token } });
    expect(await findTask(store.db, id)).toMatchObject({
      status: 'succeeded',
      approver: 'ann@example.org',
      approvalNote: 'fine',
    });
    const again = await open(token);
    expect(again.text).toMatch(
      /approved by ann@example\.org<.*When<.*\d{4}-\d\d-\d\d \d\d:\d\d UTC<.*Via<\/dt><dd>link</s,
    );
    expect(again.text).not.toContain('<form');
    expect(again.text).not.toMatch(/Log excerpt|bold/);
    expect((await post(token, { action: 'reject', form: makeFormToken(token) })).status).toBe(403);
    expect(await audit(id)).toMatchObject([
      { action: 'approve', outcome: 'decided', viewer: 'ann@example.org', via: 'link', note: 'fine' },
      { action: 'reject', outcome: 'refused', viewer: 'ann@example.org', via: 'link' },
    ]);
  });

  it('decides once however many forms come at once', async () => {
    const { token, id } = await waiting({ required: 2 });
    const actions = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 'approve' : 'reject'));
    const answers = await Promise.all(actions.map((action) => post(token, { action })));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 303 || status === 403 || status === 409)).toBe(true);
    const made = (await audit(id)).filter(({ outcome }) => outcome !== 'refused');
    expect(made).toHaveLength(1);
    expect(await audit(id)).toHaveLength(12);
  });

  it('is a vote where several must approve, each by a link of their own', async () => {
    const { token, id, mint } = await waiting({ required: 2 });
    await post(token, { action: 'approve' });
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    expect((await open(token)).text).toMatch(/1 of 2 approvals so far: ann@example\.org.*Waits since/s);
    await post((await mint('ben@example.org')) ?? '', { action: 'approve' });
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'ben@example.org' });
  });

  it('decides nothing without the form of its own page, nor with one of another link or of long ago', async () => {
    const { token, id, mint } = await waiting();
    const other = (await mint('ben@example.org')) ?? '';
    const strange = ['', 'x.y', makeFormToken(other), makeFormToken(token, Date.now() - 3_700_000)];
    for (const form of strange) {
      const answer = await post(token, { action: 'approve', form, note: 'kept' });
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('kept</textarea>');
    }
    expect((await post(token, { action: 'destroy' })).status).toBe(422);
    const json = { action: 'approve', form: makeFormToken(token), looked: 'yes' };
    const site = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const [headers, status] of [
      [site, 403],
      [{}, 415],
    ] as const)
      expect((await server.send(`/a/${token}`, { method: 'POST', json, headers })).status).toBe(status);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('shows no pull request as open that the server has not heard of', async () => {
    const { token } = await waiting();
    expect((await open(token)).text).not.toContain('<dt>State</dt>');
    await store.db.query({ text: 'UPDATE approvals SET pull_head = NULL' });
    expect((await open(token)).text).toContain('<dt>State</dt><dd>not checked yet');
  });

  it('decides nothing for a program that sends the form of the page as it is', async () => {
    const { token, id } = await waiting();
    const page = (await open(token)).text;
    expect(page).toMatch(/<input type="checkbox" name="looked" value="yes" required>/);
    for (const looked of ['', 'on']) {
      const answer = await post(token, { action: 'approve', looked });
      expect([answer.status, answer.text]).toEqual([
        422,
        expect.stringContaining('Tick the box that you have reviewed it'),
      ]);
    }
    expect(await audit(id)).toEqual([]);
  });

  it('refuses when the pull request has moved since the page was read, or was not known then', async () => {
    const { token, id } = await waiting();
    for (const [seen, status] of [
      ['b'.repeat(40), 409],
      ['', 403],
    ] as const) {
      const answer = await post(token, { action: 'approve', head: seen });
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(/[Rr]eview it again/);
    }
    expect(await audit(id)).toMatchObject([{ outcome: 'refused' }, { outcome: 'refused' }]);
    await store.db.query({ text: 'UPDATE approvals SET pull_head = NULL' });
    expect((await post(token, { action: 'approve', head: '' })).status).toBe(303);
  });

  it('does not go round the approvers of the policy', async () => {
    const { token, id } = await waiting({ approvers: ['ben@example.org'] });
    const answer = await post(token, { action: 'approve' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('only ben@example.org may approve it');
    expect(await audit(id)).toMatchObject([{ outcome: 'refused', viewer: 'ann@example.org' }]);
  });

  it('decides for a group that its recipient belongs to', async () => {
    const { token, id, mint } = await waiting({ approvers: ['group:release'] });
    const ben = (await mint('ben@example.org')) ?? '';
    expect((await post(ben, { action: 'approve' })).status).toBe(403);
    expect((await post(token, { action: 'approve' })).status).toBe(303);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'ann@example.org' });
  });

  it.each([
    [{ required: 2 }, 'this needs a person'],
    [{ denySelf: true }, 'this needs a person'],
    [{ required: 2, risk: 'high' }, 'this needs a person'],
    [{ approvers: ['ann@example.org', 'group:release'] }, 'this needs one of ann@example.org, group:release'],
    [{ approvers: ['admin'] }, 'this needs one of admin'],
  ])(
    'to a channel counts for nobody where the policy asks for people, nor does a key that several hold: %j',
    async (policy, needs) => {
      const { token, id } = await waiting(policy, 'slack');
      const page = (await open(token)).text;
      expect(page).toContain(`Sign in through your proxy, or give a key of your own; ${needs}`);
      const form = makeFormToken(token);
      const refused = await post(token, { action: 'approve', form });
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining(needs)]);
      const answer = await post(token, { action: 'approve', key: adminApiKey, form });
      expect([answer.status, answer.text]).toEqual([
        403,
        expect.stringContaining('several people may share'),
      ]);
      expect(await audit(id)).toMatchObject([
        { outcome: 'refused', viewer: 'slack' },
        { outcome: 'refused', viewer: 'admin' },
      ]);
    },
  );

  it('to a channel is decided by a person whom the proxy signed in as admin, and tells another what is missing', async () => {
    const { token } = await waiting({ approvers: ['ann@example.org'] }, 'slack');
    const signedIn = async (role: string) => {
      const headers = { 'x-user-email': 'ann@example.org', 'x-user-role': role };
      return (await server.send(`/a/${token}`, { headers })).text;
    };
    expect(await signedIn('admin')).toContain('<button name="action" value="approve"');
    expect(await signedIn('user')).toContain('The proxy signed you in without `X-User-Role: admin`');
  });

  it('to a channel is enough where nobody in particular is asked', async () => {
    const { token, id } = await waiting({}, 'slack');
    expect((await post(token, { action: 'approve' })).status).toBe(303);
    expect(await findTask(store.db, id)).toMatchObject({ approver: 'slack' });
  });

  it('is not enough with a key that several hold where the risk is high, though it was sent to a person', async () => {
    const { token, id } = await waiting({ risk: 'high', approvers: ['ann@example.org'] });
    expect((await post(token, { action: 'approve' })).status).toBe(403);
    const answer = await post(token, { action: 'approve', key: adminApiKey });
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('link alone is not enough')]);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    const headers = { 'x-user-email': 'ann@example.org', 'x-user-role': 'admin' };
    expect((await post(token, { action: 'approve' }, headers)).status).toBe(303);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded', approver: 'ann@example.org' });
  });

  it('decides nothing once its task has another link than the page showed', async () => {
    const { token, id } = await waiting();
    await updateTask(store, everything, id, { outputsUri: 'https://github.com/acme/site/pull/8' });
    const answer = await post(token, { action: 'approve', head: '' });
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('pull/8')]);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('needs a key of a person besides where the risk is high, and no key of several to reject', async () => {
    const { token, id } = await waiting({ risk: 'high' });
    expect((await open(token)).text).toContain('name="key"');
    expect((await post(token, { action: 'approve' })).status).toBe(403);
    const wrong = await post(token, { action: 'approve', key: 'wrong' });
    expect([wrong.status, wrong.text]).toEqual([403, expect.stringContaining('The key is wrong')]);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
    const shared = await post(token, { action: 'approve', key: adminApiKey });
    expect([shared.status, shared.text]).toEqual([403, expect.stringContaining('several people may share')]);
    expect((await post(token, { action: 'reject', key: adminApiKey })).status).toBe(303);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'failed', approver: 'admin' });
    expect((await audit(id)).map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'refused',
      'decided',
    ]);
  });

  it('counts wrong keys that a request for its page carries, since the page asks only those for one', async () => {
    const { token } = await waiting({ risk: 'high' });
    const alone = await serve(database.db(), { adminApiKey }, { share: async () => [] });
    const page = (key: string) => alone.send(`/a/${token}`, { headers: { 'x-admin-key': key } });
    const asksForKey = async (key: string) => (await page(key)).text.includes('name="key"');
    expect([await asksForKey('a-guess'), await asksForKey(adminApiKey)]).toEqual([true, false]);
    for (let number = 0; number < 20; number += 1) expect((await page('a-guess')).status).toBe(200);
    const decide = await alone.send('/agents/tasks/1/approve', { method: 'POST', key: 'a-guess' });
    expect(decide.status).toBe(429);
    expect(await asksForKey(adminApiKey)).toBe(false);
  });

  it('tells who tried too many keys in its form when to come again, and takes the right one all the same', async () => {
    const { token, id } = await waiting({ risk: 'high' });
    const tries = [];
    for (let number = 0; number < 21; number += 1)
      tries.push(await post(token, { action: 'approve', key: `wrong-${number}` }));
    expect(new Set(tries.slice(0, -1).map(({ status }) => status)).has(403)).toBe(true);
    const last = tries.at(-1);
    expect([last?.status, last?.text]).toEqual([429, expect.stringContaining('Too many wrong keys')]);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await post(token, { action: 'reject', key: adminApiKey })).status).toBe(303);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'failed', approver: 'admin' });
  });

  it('does not take an escalation for a decision', async () => {
    const { token, id } = await waiting({ required: 2, onExpire: 'escalate', escalateTo: ['eve'] });
    await post(token, { action: 'approve' });
    await store.db.query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1`,
      values: [id],
    });
    await expireApprovals(store);
    expect((await open(token)).text).toContain('1 of 2 approvals so far: ann@example.org');
  });

  it('ends with its approval: decided elsewhere, expired, or waiting anew', async () => {
    const elsewhere = await waiting();
    await decideTask(store, viewerNamed('ben'), elsewhere.id, 'reject', { note: 'no' });
    expect((await open(elsewhere.token)).text).toMatch(
      /rejected by ben<.*Via<\/dt><dd>graphql<.*Note<\/dt><dd><bdi>no</s,
    );
    expect(await elsewhere.mint('late')).toBeUndefined();

    const late = await waiting();
    await store.db.query({
      text: `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE task_id = $1`,
      values: [late.id],
    });
    expect((await open(late.token)).text).toContain('Nobody decided in time');
    expect((await post(late.token, { action: 'approve', form: makeFormToken(late.token) })).status).toBe(409);
    expect(await findTask(store.db, late.id)).toMatchObject({ status: 'failed', approvalState: 'expired' });

    const anew = await waiting();
    await store.db.query({
      text: `UPDATE agents_tasks SET status = 'running', approval_state = NULL WHERE id = $1`,
      values: [anew.id],
    });
    await store.db.transaction(async (tx) => {
      const text = `UPDATE agents_tasks SET status = 'awaiting_approval', approval_state = 'pending' WHERE id = $1`;
      await tx.query({ text, values: [anew.id] });
      await openReported(tx, { id: anew.id, outputsUri: link });
    });
    const answer = await post(anew.token, { action: 'approve', form: makeFormToken(anew.token) });
    expect(answer.status).toBe(403);
    expect(await findTask(store.db, anew.id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('that does not exist looks like every other that does not, to whoever opens it or sends a form', async () => {
    const tokens = [
      'x',
      'A'.repeat(43),
      'A'.repeat(5000),
      '',
      'x/y',
      '%00',
      '%2F',
      '%C3%A9',
      '..%2f..%2fready',
    ];
    const pages = await Promise.all(tokens.map((token) => open(token)));
    expect(new Set(pages.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(pages[0]).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
    for (const token of tokens.slice(0, 2))
      expect(await post(token, { action: 'approve' })).toMatchObject({ status: 404, text: pages[0]?.text });
    expect(server.logged.filter((line) => !line.includes('A request had a wrong key'))).toEqual([]);
  });
});
