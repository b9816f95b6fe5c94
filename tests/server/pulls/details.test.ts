import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { noteCheckEvent } from '../../../domain/pulls/claimDetails.ts';
import { type KeptDetails, readPullDetails } from '../../../domain/pulls/details.ts';
import { createLog } from '../../../server/log.ts';
import { openGithubApi } from '../../../server/pulls/api.ts';
import { openDetailsKeeper } from '../../../server/pulls/keepDetails.ts';
import { head } from '../../domain/pulls/support.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import type { StoredCheck } from './githubDetails.ts';
import type { GithubServer } from './githubServer.ts';
import { soon, type Watching, watching } from './support.ts';

const run = (name: string, conclusion: string | null, more: object = {}): StoredCheck => ({
  name,
  conclusion,
  status: conclusion === null ? 'IN_PROGRESS' : 'COMPLETED',
  ...more,
});

describeOnBoth('What those see of a pull request who decide', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const keyOf = ({ host }: GithubServer, number = 1, headSha = head(1)) => ({
    host,
    owner: 'isle',
    repo: 'light',
    number,
    headSha,
  });
  const kept = async (github: GithubServer, headSha?: string): Promise<KeptDetails | null> =>
    (await readPullDetails(store.db, [keyOf(github, 1, headSha)]))[0] ?? null;
  const poll = (github: GithubServer, headSha?: string) => expect.poll(() => kept(github, headSha), soon);

  /** Lets a task wait for a pull request that looks so. */
  async function open(details: object, setting: Parameters<typeof watching>[1] = {}): Promise<Watching> {
    const watched = await watching(store, setting);
    Object.assign(watched.github.open(head(1)).details, details);
    return watched;
  }
  const begin = ({ github, begin: wait }: Watching) => wait(github.pulls.get(1) ?? { html_url: '' });

  it('is read when a task begins to wait, and kept for its head commit', async () => {
    const watched = await open({
      isDraft: true,
      isCrossRepository: true,
      reviewDecision: 'CHANGES_REQUESTED',
      labels: ['deps', 'night'],
      latestReviews: [
        { state: 'APPROVED', login: 'ada' },
        { state: 'CHANGES_REQUESTED', login: null },
        { state: 'PENDING', login: 'eve' },
      ],
      rollup: 'FAILURE',
      checks: [
        run('build', 'SUCCESS', { isRequired: true }),
        run('lint', 'SKIPPED'),
        run('test', 'TIMED_OUT', { permalink: 'http://elsewhere.example/1' }),
        run('slow', null),
        { context: 'deploy/preview', state: 'PENDING', isRequired: true },
      ],
    });
    await begin(watched);
    await poll(watched.github).toMatchObject({
      problem: null,
      details: {
        title: 'Tidy the lamp',
        isDraft: true,
        isFromFork: true,
        baseRef: 'main',
        headRef: 'tidy',
        additions: 120,
        deletions: 34,
        changedFiles: 6,
        mergeState: 'draft',
        reviewDecision: 'changes_requested',
        labels: ['deps', 'night'],
        reviews: [
          { reviewer: 'ada', state: 'approved' },
          { reviewer: 'ghost', state: 'changes_requested' },
        ],
      },
      checks: {
        state: 'failed',
        passed: 1,
        failed: 1,
        running: 2,
        skipped: 1,
        isComplete: true,
        problem: null,
        named: [
          { name: 'test', state: 'failed', url: null },
          { name: 'deploy/preview', state: 'running', isRequired: true },
          { name: 'slow', state: 'running', isRequired: false },
          { name: 'build', state: 'passed', isRequired: true },
        ],
      },
    });
    expect(watched.github.queries).toEqual(['details 1', 'checks 1']);
    expect([...watched.github.tokens]).toEqual(['Bearer ghp_token']);
  });

  it('is read with the token of an installation of a GitHub App', async () => {
    const watched = await open({ rollup: 'SUCCESS', checks: [run('build', 'SUCCESS')] }, { app: true });
    await begin(watched);
    await poll(watched.github).toMatchObject({ checks: { state: 'passed', passed: 1 } });
    expect([...watched.github.tokens]).toEqual([expect.stringMatching(/^Bearer ghs_/)]);
  });

  it.each([
    ['MERGEABLE', 'CLEAN', 'mergeable'],
    ['MERGEABLE', 'HAS_HOOKS', 'mergeable'],
    ['MERGEABLE', 'UNSTABLE', 'unstable'],
    ['MERGEABLE', 'BLOCKED', 'blocked'],
    ['MERGEABLE', 'BEHIND', 'behind'],
    ['MERGEABLE', 'SOMETHING_NEW', 'mergeable'],
    ['CONFLICTING', 'DIRTY', 'conflicting'],
  ])('says of %s and %s that it is %s', async (mergeable, mergeStateStatus, mergeState) => {
    const watched = await open({ mergeable, mergeStateStatus });
    await begin(watched);
    await poll(watched.github).toMatchObject({ details: { mergeState }, checks: { state: 'none' } });
  });

  it('asks once more where GitHub has not worked out yet whether it can be merged', async () => {
    const watched = await open({ mergeable: 'UNKNOWN', mergeStateStatus: 'UNKNOWN' });
    await begin(watched);
    await poll(watched.github).toMatchObject({ details: { mergeState: 'working_out' } });
    expect(watched.github.requests.filter((one) => one.startsWith('GET /pulls/1 ')).length).toBe(1);
    const due = () =>
      store.db.query({ text: `UPDATE pull_details SET due_at = now() WHERE due_at IS NOT NULL RETURNING 1` });
    expect(await due()).toHaveLength(1);
    await expect.poll(() => watched.github.queries.length, soon).toBe(4);
    await poll(watched.github).toMatchObject({ details: { mergeState: 'working_out' } });
    await expect
      .poll(
        () => store.db.query({ text: 'SELECT 1 FROM pull_details WHERE claimed_until IS NOT NULL' }),
        soon,
      )
      .toEqual([]);
    expect(await due()).toHaveLength(0);
  });

  it('tells checks that it may not read from none, and reads what it may', async () => {
    const watched = await open({ rollup: 'PENDING', checks: [run('build', 'SUCCESS')] });
    watched.github.mayReadChecks = false;
    watched.github.fail = (name) =>
      /actions\/runs|\/status$/.test(name) ? { status: 403, message: 'Resource not accessible' } : undefined;
    await begin(watched);
    await poll(watched.github).toMatchObject({
      details: { title: 'Tidy the lamp' },
      checks: {
        state: 'running',
        passed: null,
        named: [],
        problem: 'GitHub answered: Resource not accessible by personal access token.',
      },
    });
    const pull = watched.github.pulls.get(1);
    watched.github.fail = () => undefined;
    Object.assign(pull?.details ?? {}, {
      rollup: null,
      workflows: [
        {
          name: 'CI',
          status: 'completed',
          conclusion: 'failure',
          html_url: `http://${watched.github.host}/r/1`,
        },
      ],
      statuses: [{ context: 'ci/old', state: 'success', target_url: null }],
    });
    await store.db.query({ text: 'UPDATE pull_details SET due_at = now()' });
    await poll(watched.github).toMatchObject({
      checks: {
        state: 'failed',
        passed: 1,
        failed: 1,
        isComplete: false,
        named: [{ name: 'CI', url: `http://${watched.github.host}/r/1` }],
        problem: expect.stringContaining('Checks: read'),
      },
    });
    // What is refused is not asked for every time.
    expect(watched.github.queries).toEqual(['details 1', 'checks 1', 'details 1']);
    Object.assign(pull?.details ?? {}, { workflows: [], statuses: [] });
    await store.db.query({ text: 'UPDATE pull_details SET due_at = now()' });
    await poll(watched.github).toMatchObject({ checks: { state: 'none', isComplete: false } });
  });

  it('never calls checks passed of which only some were read', async () => {
    const watched = await open({ checks: Array.from({ length: 7 }, (_, at) => run(`c${at}`, 'SUCCESS')) });
    watched.github.pageSize = 2;
    await begin(watched);
    await poll(watched.github).toMatchObject({
      checks: { passed: 6, isComplete: false, problem: 'Only the first 6 were read.' },
    });
    expect((await kept(watched.github))?.checks?.state).not.toBe('passed');
  });

  it('shows no checks of another commit than the head', async () => {
    const watched = await open({ checks: [run('build', 'SUCCESS')], checksHead: head(9), rollup: 'SUCCESS' });
    await begin(watched);
    await poll(watched.github).toMatchObject({
      checks: { state: 'unavailable', passed: null, problem: 'A push came while they were read.' },
    });
    expect(watched.github.queries).toEqual(['details 1', 'checks 1', 'details 1', 'checks 1']);
  });

  it('is kept apart for each head commit', async () => {
    const watched = await open({}, { checkEveryMs: 100 });
    await begin(watched);
    await poll(watched.github).toMatchObject({ details: { title: 'Tidy the lamp' } });
    const pull = watched.github.pulls.get(1);
    Object.assign(pull?.details ?? {}, { title: 'Tidy it all' });
    if (pull) watched.github.change(pull, { head: { sha: head(2) } });
    await poll(watched.github, head(2)).toMatchObject({ details: { title: 'Tidy it all' } });
    expect(await kept(watched.github)).toMatchObject({ details: { title: 'Tidy the lamp' } });
  });

  it('makes bounded lines without control characters of what strangers wrote', async () => {
    const nasty = `a\u202eb\u001b[31mc\nd\0${'é'.repeat(500)}`;
    const watched = await open({
      title: nasty,
      labels: [nasty],
      headRefName: nasty,
      checks: [run(nasty, 'FAILURE')],
      files: [{ filename: nasty, additions: 120, deletions: 34 }],
    });
    await begin(watched);
    await poll(watched.github).toMatchObject({ details: { title: expect.any(String) } });
    await keeperOf(watched.github).readFiles(keyOf(watched.github));
    const { details, checks, files } = (await kept(watched.github)) ?? {};
    const texts = [
      [details?.title, 300],
      [details?.labels[0], 100],
      [details?.headRef, 255],
      [checks?.named[0]?.name, 100],
      [files?.largest[0]?.path, 300],
    ] as const;
    for (const [text, most] of texts) {
      expect(text).toMatch(/^abc dé+…$/);
      expect(text?.length).toBeLessThanOrEqual(most);
    }
  });

  it('is read again after an event of its checks, once for many of them', async () => {
    const watched = await open({ checks: [run('build', null)], rollup: 'PENDING' });
    const task = await begin(watched);
    await poll(watched.github).toMatchObject({ checks: { state: 'running' } });
    Object.assign(watched.github.pulls.get(1)?.details ?? {}, { checks: [run('build', 'SUCCESS')] });
    const told: number[] = [];
    store.changes.subscribe((change) => void told.push(change.id));
    for (let event = 0; event < 5; event += 1)
      expect(await noteCheckEvent(store.db, keyOf(watched.github), head(1))).toBe(1);
    expect(await noteCheckEvent(store.db, keyOf(watched.github), head(3))).toBe(0);
    await store.db.query({ text: 'UPDATE pull_details SET due_at = now()' });
    await poll(watched.github).toMatchObject({ checks: { state: 'passed' } });
    expect(watched.github.queries).toHaveLength(4);
    await expect.poll(() => told, soon).toContain(task.id);
  });

  it('is read once, however many look at it on however many replicas', async () => {
    const watched = await open({});
    await begin(watched);
    await poll(watched.github).toMatchObject({ details: { title: 'Tidy the lamp' } });
    const { github } = watched;
    const [one, other] = [keeperOf(github), keeperOf(github)];
    await Promise.all([one, other, one].map((keeper) => keeper.refresh(keyOf(github))));
    expect(github.queries).toHaveLength(2);
    await store.db.query({ text: `UPDATE pull_details SET asked_at = now() - interval '61 seconds'` });
    github.delayMs = 50;
    await Promise.all([one, other, one, other].map((keeper) => keeper.refresh(keyOf(github))));
    expect(github.queries).toHaveLength(4);
  });

  it('stays what it was where GitHub refuses or is away, with why, and is asked again a minute later', async () => {
    const watched = await open({});
    await begin(watched);
    const { github } = watched;
    await poll(github).toMatchObject({ details: { title: 'Tidy the lamp' } });
    const keeper = keeperOf(github);
    const old = () =>
      store.db.query({ text: `UPDATE pull_details SET asked_at = now() - interval '61 seconds'` });
    for (const [failure, problem] of [
      [{ status: 502 }, /GitHub answered 502/],
      [{ status: 404, message: 'Not Found' }, /GitHub answered 404: Not Found/],
      [{ status: 0 }, /GitHub could not be reached/],
    ] as const) {
      github.fail = () => failure;
      await old();
      await keeper.refresh(keyOf(github));
      expect(await kept(github)).toMatchObject({
        details: { title: 'Tidy the lamp' },
        problem: expect.stringMatching(problem),
      });
    }
    github.fail = () => undefined;
    await keeper.refresh(keyOf(github));
    expect(await kept(github)).toMatchObject({ problem: expect.any(String) });
    await old();
    await keeper.refresh(keyOf(github));
    expect(await kept(github)).toMatchObject({ problem: null });
  });

  it('leaves GraphQL alone when its points are used up, but goes on with what decides', async () => {
    const watched = await open({}, { checkEveryMs: 100 });
    const { github } = watched;
    const limit = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4102444800' };
    github.fail = (name) =>
      name.includes('graphql')
        ? { status: 200, headers: limit, message: 'API rate limit exceeded' }
        : undefined;
    const task = await begin(watched);
    await poll(github).toMatchObject({ details: null, problem: expect.stringContaining('rate limit') });
    const pull = github.pulls.get(1);
    if (pull) github.change(pull, { head: { sha: head(2) } });
    await expect.poll(() => watched.standing(task), soon).toMatchObject({ head: head(2) });
    await pause(300);
    expect(github.queries).toEqual(['details 1']);
  });

  it('keeps the last points for what people look at', async () => {
    const watched = await open({}, { checkEveryMs: 100 });
    const { github } = watched;
    github.points = 400;
    await begin(watched);
    await poll(github).toMatchObject({ details: { title: 'Tidy the lamp' } });
    const asked = github.requests.length;
    await expect.poll(() => github.requests.length, soon).toBeGreaterThan(asked + 4);
    expect(github.queries).toHaveLength(2);
    await store.db.query({ text: `UPDATE pull_details SET asked_at = now() - interval '61 seconds'` });
    await keeperOf(github).refresh(keyOf(github));
    expect(github.queries).toHaveLength(4);
  });

  it('has its largest files when somebody unfolds it, and says whether those are all', async () => {
    const watched = await open({
      additions: 60,
      deletions: 6,
      files: Array.from({ length: 30 }, (_, at) => ({
        filename: `f${at}`,
        additions: at === 7 ? 31 : 1,
        deletions: at === 9 ? 6 : 0,
      })),
    });
    await begin(watched);
    const { github } = watched;
    await poll(github).toMatchObject({ details: { additions: 60 } });
    const keeper = keeperOf(github);
    await Promise.all([keeper.readFiles(keyOf(github)), keeper.readFiles(keyOf(github))]);
    const { files } = (await kept(github)) ?? {};
    expect(files?.largest.slice(0, 2)).toEqual([
      { path: 'f7', additions: 31, deletions: 0 },
      { path: 'f9', additions: 1, deletions: 6 },
    ]);
    expect(files).toMatchObject({ seen: 30, isComplete: true });
    expect(files?.largest).toHaveLength(20);
    await keeper.readFiles(keyOf(github));
    expect(github.requests.filter((one) => one.includes('/files'))).toHaveLength(1);
  });

  it('is not asked for its files with each look where GitHub does not give them', async () => {
    const watched = await open({ additions: 60, files: [{ filename: 'a', additions: 60, deletions: 0 }] });
    await begin(watched);
    const { github } = watched;
    await poll(github).toMatchObject({ details: { additions: 60 } });
    github.fail = (request) => (request.includes('/files') ? { status: 403 } : undefined);
    const keeper = keeperOf(github);
    for (let look = 0; look < 5; look += 1) await keeper.readFiles(keyOf(github));
    expect(github.requests.filter((one) => one.includes('/files'))).toHaveLength(1);
    expect((await kept(github))?.files).toBeNull();
  });

  it('says that files are not all where there are too many, or GitHub has not counted their lines', async () => {
    const watched = await open({
      additions: 9000,
      deletions: 0,
      files: [{ filename: 'big', additions: 0, deletions: 0 }],
    });
    await begin(watched);
    const { github } = watched;
    await poll(github).toMatchObject({ details: { additions: 9000 } });
    await keeperOf(github).readFiles(keyOf(github));
    expect((await kept(github))?.files).toMatchObject({ seen: 1, isComplete: false });
  });

  /** What a replica keeps pull requests with. */
  function keeperOf({ apiUrl }: GithubServer) {
    const api = openGithubApi({ token: 'ghp_token', apiUrl, send: fetch });
    return openDetailsKeeper(store, api, createLog('silent'));
  }
});

it('GraphQL is asked beside the REST API, wherever that is', async () => {
  const asked: string[] = [];
  const send = async (url: string) => {
    asked.push(url);
    return Response.json({ data: {} });
  };
  for (const apiUrl of [
    'https://api.github.com',
    'https://github.example.org/api/v3/',
    'https://api.acme.ghe.com',
  ])
    await openGithubApi({ token: 'x', apiUrl, send }).query('{ x }', {});
  expect(asked).toEqual([
    'https://api.github.com/graphql',
    'https://github.example.org/api/graphql',
    'https://api.acme.ghe.com/graphql',
  ]);
});
