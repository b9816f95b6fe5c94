import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createOutbound } from '../../../channels/outbound/outbound.ts';
import { webHostOf } from '../../../contract/pulls/pullLinks.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { readServerConfig } from '../../../server/config.ts';
import { openGithubApi } from '../../../server/pulls/api.ts';
import { head } from '../../domain/pulls/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { startGithub, userNamed } from './githubServer.ts';
import { reviewOf, soon, watching } from './support.ts';

/** Somebody who is known here by the name that GitHub has for them. */
const known = (...logins: string[]) => new Map(logins.map((login) => [login, `github:${login}`]));

describeOnEither('The watch over pull requests', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  it('knows the head of one at once when a task begins to wait for it', async () => {
    const { github, begin, standing } = await watching(store, { tickMs: 60_000 });
    const task = await begin(github.open(head(1)));
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1), pull: 'open' });
    expect([...github.tokens]).toEqual(['Bearer ghp_token']);
  });

  it('hears of reviews, pushes and merges, and reads at no cost what has not changed', async () => {
    const { github, begin, standing } = await watching(store, {
      users: known('ada', 'kim'),
      checkEveryMs: 100,
    });
    const pull = github.open(head(1));
    const task = await begin(pull, { required: 2 });
    pull.reviews.push(reviewOf(head(1)));
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
    await expect
      .poll(() => github.requests.filter((one) => one.endsWith('304')).length, soon)
      .toBeGreaterThan(3);
    expect(github.requests.filter((one) => one === 'GET /pulls/1')).toHaveLength(1);
    github.change(pull, { head: { sha: head(2) } });
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(2), voters: [], isStale: true });
    pull.reviews.push(reviewOf(head(2), { id: 2 }));
    await expect.poll(() => standing(task), soon).toMatchObject({ voters: ['github:ada'] });
    github.change(pull, { state: 'closed', merged_at: 'now', merged_by: userNamed('kim') });
    await expect
      .poll(() => standing(task), soon)
      .toMatchObject({
        status: 'succeeded',
        approver: 'github:kim',
        after: 'released',
        record: ['approve voted github:ada', 'approve voted github:ada', 'approve decided github:kim'],
      });
  });

  it('finds out who closed one, and knows people by the names that it was given', async () => {
    const users = new Map([['kim', 'kim@example.org']]);
    const { github, begin, standing } = await watching(store, { users, checkEveryMs: 100 });
    github.permissions.set('Kim', 'maintain');
    const pull = github.open(head(1));
    const task = await begin(pull);
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
    github.change(pull, { state: 'closed', closed_by: userNamed('Kim') });
    await expect
      .poll(() => standing(task), soon)
      .toMatchObject({ status: 'failed', approver: 'kim@example.org' });
  });

  it.each([
    ['keeper', 'read', /closed by keeper, who may not write/],
    ['tim', 'triage', /closed by tim, who may not write/],
    ['tim', undefined, /closed by tim, and the server does not know whether they may write/],
  ])(
    'lets a close by %s, who may %s there, reject nothing, and one by somebody who may write reject',
    async (login, permission, why) => {
      const { github, begin, standing } = await watching(store, { checkEveryMs: 100 });
      if (permission) github.permissions.set(login, permission);
      github.permissions.set('ada', 'write');
      const pull = github.open(head(1));
      const task = await begin(pull);
      await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
      github.change(pull, { state: 'closed', closed_by: userNamed(login) });
      await expect
        .poll(() => standing(task), soon)
        .toMatchObject({ status: 'awaiting_approval', pull: 'closed', remark: expect.stringMatching(why) });
      github.change(pull, { state: 'open', closed_by: null });
      await expect.poll(() => standing(task), soon).toMatchObject({ pull: 'open', remark: null });
      github.change(pull, { state: 'closed', closed_by: userNamed('ada') });
      await expect
        .poll(() => standing(task), soon)
        .toMatchObject({ status: 'failed', record: ['reject decided github:ada'] });
    },
  );

  it('finds one that was merged before it first looked, and leaves that to a person', async () => {
    const { github, begin, standing } = await watching(store);
    const pull = github.open(head(1));
    github.change(pull, { state: 'closed', merged_at: 'now', merged_by: userNamed('agent') });
    pull.merged_at = '2025-01-15T02:30:00Z';
    const task = await begin(pull);
    await expect
      .poll(() => standing(task), soon)
      .toMatchObject({
        status: 'awaiting_approval',
        pull: 'merged',
        record: [],
        remark: expect.stringContaining('merged by agent before the task began to wait'),
      });
  });

  it.each([
    ['read', 'MEMBER', false],
    ['none', 'OWNER', false],
    ['triage', 'COLLABORATOR', false],
    ['write', 'NONE', true],
    ['maintain', 'CONTRIBUTOR', true],
    ['admin', 'NONE', true],
  ])(
    'counts a review by the permission to write there: of one who may %s and is called %s, %s',
    async (permission, association, counts) => {
      const { github, begin, standing } = await watching(store);
      github.permissions.set('ada', permission);
      const pull = github.open(head(1));
      pull.reviews.push(reviewOf(head(1), { author_association: association }));
      const task = await begin(pull);
      const record = counts ? ['approve decided github:ada'] : [];
      await expect.poll(() => github.requests, soon).toContain('GET /collaborators/ada/permission');
      await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1), record });
    },
  );

  it('asks who may write once for each login and look, and for no review that cannot count', async () => {
    const { github, begin, standing } = await watching(store, {
      users: known('ada', 'bob'),
      checkEveryMs: 100,
    });
    for (const [login, permission] of Object.entries({
      Ada: 'read',
      ada: 'read',
      bob: 'write',
      old: 'write',
    }))
      github.permissions.set(login, permission);
    const pull = github.open(head(1));
    const approving = (id: number, login: string, more = {}) =>
      reviewOf(head(1), { id, user: userNamed(login), ...more });
    pull.reviews.push(
      ...Array.from({ length: 150 }, (_, index) => approving(index + 1, index % 2 === 0 ? 'Ada' : 'ada')),
      approving(201, 'bob', { commit_id: head(9) }),
      approving(202, 'bob'),
      approving(203, 'old', { submitted_at: '2025-01-15T02:31:00Z' }),
      approving(204, 'tidy[bot]', { user: { ...userNamed('tidy[bot]'), type: 'Bot' } }),
      approving(205, 'eve', { state: 'CHANGES_REQUESTED' }),
    );
    const task = await begin(pull, { required: 3 });
    const asked = (login: string) =>
      github.requests.filter((one) => one.toLowerCase().startsWith(`get /collaborators/${login}/`)).length;
    const looks = () => github.requests.filter((one) => one.startsWith('GET /pulls/1/reviews')).length;
    await expect.poll(looks, soon).toBeGreaterThan(5);
    expect((await standing(task)).record).toEqual(['approve voted github:bob']);
    expect(asked('ada')).toBeLessThanOrEqual(looks());
    expect([asked('bob'), asked('old'), asked('tidy%5bbot%5d'), asked('eve')]).toEqual([1, 0, 0, 0]);
  });

  it('does not count a review whose reviewer has asked for changes since, whenever it is first read', async () => {
    const { github, begin, standing } = await watching(store);
    const pull = github.open(head(1));
    pull.reviews.push(reviewOf(head(1)), reviewOf(head(1), { id: 2, state: 'CHANGES_REQUESTED' }));
    const task = await begin(pull);
    await expect.poll(() => github.requests, soon).toContain('GET /pulls/1');
    pull.reviews.push(reviewOf(head(1), { id: 3, user: userNamed('bob') }));
    github.change(pull, {});
    await store.db.query({ text: 'UPDATE approvals SET pull_checked_at = NULL' });
    await expect.poll(() => standing(task), soon).toMatchObject({ record: ['approve decided github:bob'] });
  });

  it('asks for one reviewer only where the token may not ask for any', async () => {
    const { github, begin, standing } = await watching(store, { users: known('r0', 'r1', 'r2') });
    const pull = github.open(head(1));
    for (let id = 0; id < 3; id += 1)
      pull.reviews.push(reviewOf(head(1), { id: id + 1, user: userNamed(`r${id}`) }));
    const task = await begin(pull, { required: 4 });
    await expect
      .poll(() => standing(task), soon)
      .toMatchObject({ voters: ['github:r0', 'github:r1', 'github:r2'] });
    expect(github.requests.filter((one) => one.startsWith('GET /collaborators/'))).toHaveLength(1);
  });

  it('counts a review by what its author is to the repository where the token may not ask', async () => {
    const { github, begin, standing } = await watching(store, { checkEveryMs: 100 });
    const pull = github.open(head(1));
    pull.reviews.push(reviewOf(head(1), { author_association: 'CONTRIBUTOR' }));
    const task = await begin(pull);
    const asked = () => github.requests.filter((one) => one.startsWith('GET /collaborators/ada')).length;
    await expect.poll(asked, soon).toBeGreaterThan(1);
    expect(await standing(task)).toMatchObject({ status: 'awaiting_approval', record: [] });
    pull.reviews.push(reviewOf(head(1), { id: 2, author_association: 'MEMBER' }));
    await expect.poll(() => standing(task), soon).toMatchObject({ record: ['approve decided github:ada'] });
  });

  it('reads every page of reviews, and counts those of a commit that is pushed meanwhile', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `r${index}`);
    const { github, begin, standing } = await watching(store, { users: known(...names) });
    github.pageSize = 3;
    const pull = github.open(head(1));
    pull.reviews.push(...names.map((login, id) => reviewOf(head(2), { id: id + 1, user: userNamed(login) })));
    pull.reviews.push(reviewOf(head(2), { id: 20, state: 'COMMENTED', user: null }));
    // The push comes between what is asked first and what is asked then.
    let asked = 0;
    github.fail = (name) => {
      asked += 1;
      if (name.startsWith('GET /pulls/1') && asked === 2) github.change(pull, { head: { sha: head(2) } });
      return undefined;
    };
    const task = await begin(pull, { required: 10 });
    await expect
      .poll(() => standing(task), soon)
      .toMatchObject({ voters: names.map((name) => `github:${name}`) });
  });

  it('goes on when GitHub is away, looks again soon, and hinders nothing meanwhile', async () => {
    const { github, begin, standing, logged } = await watching(store);
    let away = true;
    let count = 0;
    github.fail = () => {
      count += 1;
      return away ? { status: count % 2 === 0 ? 0 : 502 } : undefined;
    };
    const task = await begin(github.open(head(1)));
    await expect
      .poll(() => logged.join(''), soon)
      .toMatch(/GitHub answered 502.*GitHub could not be reached/s);
    expect(await standing(task)).toMatchObject({ status: 'awaiting_approval', head: null });
    away = false;
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
    expect(logged.join('')).not.toContain('ghp_token');
  });

  it.each([
    ['403', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' }],
    ['429', { 'retry-after': '1800' }],
    ['403', { 'retry-after': '1800' }],
    ['200', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' }],
  ])(
    'leaves GitHub alone for as long as it says (%s %j), and then begins with what it left',
    async (status, headers) => {
      const { github, begin } = await watching(store, { checkEveryMs: 10 });
      let count = 0;
      github.fail = () => {
        count += 1;
        return { status: Number(status), headers, message: 'API rate limit exceeded' };
      };
      await begin(github.open(head(1)));
      await expect.poll(() => count, soon).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(count).toBe(1);
      const [approval] = await store.db.query<{ checked: string | null }>({
        text: 'SELECT pull_checked_at AS checked FROM approvals',
      });
      expect(approval?.checked === null).toBe(true);
    },
  );

  it('passes over one that it may not read, and asks for nothing of another host or outside of repositories', async () => {
    const { github, begin, standing, logged } = await watching(store);
    const urls = ['isle/light/pull/99', '../light/pull/1', 'isle/../pull/1'].map(
      (path) => `http://${github.host}/${path}`,
    );
    const others = [];
    for (const html_url of [...urls, 'http://127.0.0.1:9/isle/light/pull/1'])
      others.push(await begin({ html_url }));
    const seen = await begin(github.open(head(4)));
    await expect.poll(() => standing(seen), soon).toMatchObject({ head: head(4) });
    for (const task of others)
      expect(await standing(task)).toMatchObject({ status: 'awaiting_approval', head: null });
    await expect.poll(() => logged.join(''), soon).toContain('isle/light#99');
    expect(new Set(github.requests.map((one) => one.split(' ')[1]))).toEqual(
      new Set(['/pulls/99/reviews', '/pulls/1/reviews', '/pulls/1']),
    );
  });

  it.each([
    [404, 'Not Found'],
    [403, 'Resource not accessible by personal access token'],
  ])(
    'says of one that it may not read (%s) that it cannot, and undoes that when it can',
    async (status, message) => {
      const { github, begin, standing } = await watching(store, { checkEveryMs: 100 });
      let refused = true;
      github.fail = () => (refused ? { status, message } : undefined);
      const task = await begin(github.open(head(1)), { denySelf: true });
      const remark = async () => (await readApprovals(store.db, [task.id]))[0]?.remark;
      await expect
        .poll(remark, soon)
        .toContain(`cannot read the pull request: GitHub answered ${status}: ${message}.`);
      refused = false;
      await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
      expect(await remark()).toBeNull();
    },
  );

  it('says nothing of the kind while GitHub is away, disturbed, has enough, or knows the token no more', async () => {
    const limit = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() / 1000 + 1) };
    for (const failure of [
      { status: 0 },
      { status: 503 },
      { status: 401 },
      { status: 403, headers: limit },
      { status: 403, message: 'You have exceeded a secondary rate limit' },
    ]) {
      const { github, begin, logged } = await watching(store, { checkEveryMs: 100 });
      github.fail = () => failure;
      const task = await begin(github.open(head(1)));
      await expect.poll(() => logged.join(''), soon).toContain('Could not check a pull request');
      expect((await readApprovals(store.db, [task.id]))[0]?.remark).toBeNull();
    }
  });

  it('follows a repository that was renamed, but takes its token to no other server', async () => {
    const { github, begin, standing, logged } = await watching(store);
    const [renamed, lured] = [github.open(head(1)), github.open(head(2))];
    github.fail = (name) => {
      if (name.startsWith('GET /pulls/2'))
        return { status: 307, headers: { location: 'http://localhost:9/steal' } };
      const old = /^GET \/api\/v3\/repos\/isle\/lamp(\/.+)$/.exec(name)?.[1];
      return old
        ? { status: 301, headers: { location: `${github.apiUrl}/repos/isle/light${old}` } }
        : undefined;
    };
    const task = await begin({ html_url: renamed.html_url.replace('light', 'lamp') });
    await begin(lured);
    await expect.poll(() => standing(task), soon).toMatchObject({ head: head(1) });
    await expect
      .poll(() => logged.join(''), soon)
      .toContain('redirects to localhost:9, which Nightshift does not follow');
  });

  it('looks at each once, however many replicas watch', async () => {
    const { github, begin, standing, watch } = await watching(store);
    for (let replica = 0; replica < 3; replica += 1) watch();
    const tasks = [];
    for (let number = 1; number <= 12; number += 1) tasks.push(await begin(github.open(head(number))));
    for (const task of tasks) await expect.poll(() => standing(task), soon).toMatchObject({ pull: 'open' });
    await expect.poll(() => github.requests.length, soon).toBe(24);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(new Set(github.requests).size).toBe(github.requests.length);
  });
});

describe('The way to an API', () => {
  it('does not lead to a private address that nobody has allowed, and says which variable would', async () => {
    const github = await startGithub();
    onTestFinished(() => github.close());
    const open = (allowed: string) => {
      const { outboundAllow } = readServerConfig({ OUTBOUND_ALLOW: allowed });
      return openGithubApi({ token: 'x', apiUrl: github.apiUrl, send: createOutbound(outboundAllow).fetch });
    };
    await expect(open('').get('/repos/isle/light/pulls/1')).rejects.toThrow(
      /GITHUB_API_URL leads to a private address, .* OUTBOUND_ALLOW/,
    );
    expect(github.requests).toEqual([]);
    github.open(head(1));
    const { data } = await open('127.0.0.1').get('/repos/isle/light/pulls/1');
    expect(data).toMatchObject({ number: 1 });
  });
});

describe('The pull requests of an API', () => {
  it.each([
    ['https://api.github.com', 'github.com'],
    ['https://api.github.com/', 'github.com'],
    ['https://api.octo.ghe.com', 'octo.ghe.com'],
    ['https://github.example.org/api/v3', 'github.example.org'],
    ['https://api.example.org', 'api.example.org'],
    ['http://127.0.0.1:8080/api/v3', '127.0.0.1:8080'],
  ])('of %s are at %s', (apiUrl, host) => {
    expect(webHostOf(apiUrl)).toBe(host);
  });
});
