import { access, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ProposalOptions } from '../../../runners/pullRequest/proposal.ts';
import { proposeChange } from '../../../runners/pullRequest/proposeChange.ts';
import { type GithubServer, startGithub } from './githubServer.ts';
import { createRemote, type RemoteRepository } from './remoteRepository.ts';

const branch = 'nightshift/fixes';
const url = 'https://github.example/isle/light/pull/1';

let remote: RemoteRepository;
let github: GithubServer;

beforeEach(async () => {
  remote = await createRemote({ 'a.txt': 'one\n', 'sub/b.txt': 'b\n' });
  github = await startGithub();
  github.headOf = async (name) => (await remote.remoteHead(name)) ?? '';
});

function propose(text: string | undefined, more: Partial<ProposalOptions> = {}, body = 'Because.') {
  const options: ProposalOptions = {
    cwd: remote.clone,
    branch,
    label: 'nightshift',
    repo: 'isle/light',
    token: 'token-1',
    apiUrl: github.apiUrl,
    retryDelayMs: 1,
    log: () => undefined,
    ...more,
  };
  return proposeChange(options, async (folder) => {
    const before = await readFile(join(folder, 'a.txt'), 'utf8');
    if (text === undefined || text === before) return { result: before };
    await writeFile(join(folder, 'a.txt'), text);
    return { result: before, text: { title: 'Mend a', message: 'Mend a\n\nIt was wrong.', body } };
  });
}

const atRemote = (path: string) => remote.git(['show', `${branch}:${path}`], remote.bare);

describe('Proposing a change', () => {
  it('opens a labelled pull request with one commit on the default branch', async () => {
    const { outcome, result } = await propose('two\n');
    expect(result).toBe('one\n');
    expect(outcome).toMatchObject({ kind: 'opened', url });
    expect(github.pulls).toMatchObject([
      {
        title: 'Mend a',
        body: 'Because.',
        base: { ref: 'main' },
        head: { ref: branch },
        labels: ['nightshift'],
      },
    ]);
    expect(await atRemote('a.txt')).toBe('two');
    expect(await remote.git(['rev-list', '--count', `main..${branch}`], remote.bare)).toBe('1');
    expect([...github.tokens]).toEqual(['token token-1']);
  });

  it('leaves the working tree, the index, the branches and the stash of the user as they are', async () => {
    await remote.git(['checkout', '--quiet', '-b', 'work']);
    await remote.write({ 'a.txt': 'unsaved\n', 'new.txt': 'untracked\n', 'sub/b.txt': 'staged\n' });
    await remote.git(['add', 'sub/b.txt']);
    const state = async () => ({
      status: await remote.git(['status', '--porcelain=v2', '--branch', '--untracked-files=all']),
      refs: (await remote.git(['for-each-ref'])).split('\n').filter((ref) => !ref.includes('refs/remotes/')),
      worktrees: await remote.git(['worktree', 'list']),
    });
    const before = await state();
    const { outcome, result } = await propose('two\n');
    expect(outcome.kind).toBe('opened');
    expect(result).toBe('one\n');
    expect(await state()).toEqual(before);
    expect(await readFile(join(remote.clone, 'a.txt'), 'utf8')).toBe('unsaved\n');
    expect(await remote.git(['diff', '--name-only', 'main', branch], remote.bare)).toBe('a.txt');
  });

  it('does nothing at all when there is nothing to change', async () => {
    expect((await propose(undefined, { token: undefined })).outcome).toEqual({ kind: 'nothing' });
    expect(github.requests).toEqual([]);
    expect(await remote.remoteHead(branch)).toBeUndefined();
  });

  it('leaves an open pull request alone when it holds the same change, even when the default branch moved on', async () => {
    await propose('two\n');
    const head = await remote.remoteHead(branch);
    await remote.commit({ 'other.txt': 'x\n' });
    expect((await propose('two\n')).outcome).toMatchObject({ kind: 'unchanged', url });
    expect(await remote.remoteHead(branch)).toBe(head);
    expect(github.pulls).toHaveLength(1);
    expect(github.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  it('updates the open pull request when the change or its text is another', async () => {
    await propose('two\n');
    const head = await remote.remoteHead(branch);
    expect((await propose('two\n', {}, 'Better words.')).outcome).toMatchObject({ kind: 'updated', url });
    expect(await remote.remoteHead(branch)).toBe(head);
    expect((await propose('three\n', {}, 'Better words.')).outcome).toMatchObject({ kind: 'updated', url });
    expect(await atRemote('a.txt')).toBe('three');
    expect(await remote.git(['rev-list', '--count', `main..${branch}`], remote.bare)).toBe('1');
    expect(github.pulls).toMatchObject([{ body: 'Better words.' }]);
  });

  it('puts its commit on top when somebody else pushed to the branch', async () => {
    await propose('two\n');
    await remote.git(['fetch', '--quiet', 'origin', branch]);
    await remote.git(['checkout', '--quiet', '-b', branch, 'FETCH_HEAD']);
    await remote.commit({ 'sub/b.txt': 'by hand\n' }, 'By hand');
    const { outcome, result } = await propose('three\n');
    expect(result).toBe('two\n');
    expect(outcome.kind).toBe('updated');
    expect(await atRemote('sub/b.txt')).toBe('by hand');
    expect(await atRemote('a.txt')).toBe('three');
    expect(await remote.git(['log', '--format=%s', `main..${branch}`], remote.bare)).toBe(
      'Mend a\nBy hand\nMend a',
    );
  });

  it('names the pull request that waits with the work of others when it has nothing to add', async () => {
    await propose('two\n');
    await remote.git(['fetch', '--quiet', 'origin', branch]);
    await remote.git(['checkout', '--quiet', '-b', branch, 'FETCH_HEAD']);
    await remote.commit({ 'sub/b.txt': 'by hand\n' }, 'By hand');
    expect((await propose(undefined)).outcome).toEqual({ kind: 'unchanged', url });
  });

  it('does not replace its own commit once somebody amended it', async () => {
    await propose('two\n');
    await remote.git(['fetch', '--quiet', 'origin', branch]);
    await remote.git(['checkout', '--quiet', '-b', branch, 'FETCH_HEAD']);
    await remote.write({ 'a.txt': 'amended\n' });
    await remote.git(['commit', '--quiet', '--all', '--amend', '--no-edit']);
    await remote.git(['push', '--quiet', '--force', 'origin', branch]);
    expect((await propose('three\n')).result).toBe('amended\n');
    expect(await remote.git(['rev-list', '--count', `main..${branch}`], remote.bare)).toBe('2');
  });

  it('does not propose again what somebody closed, but does so once the change is another', async () => {
    await propose('two\n');
    const [pull] = github.pulls;
    if (pull !== undefined) pull.state = 'closed';
    expect((await propose('two\n')).outcome).toMatchObject({ kind: 'declined', url });
    expect(github.pulls).toHaveLength(1);
    expect((await propose('three\n')).outcome).toMatchObject({ kind: 'opened' });
    expect(github.pulls).toHaveLength(2);
  });

  it('begins anew after the pull request was merged', async () => {
    await propose('two\n');
    await remote.git(['fetch', '--quiet', 'origin', branch]);
    await remote.git(['merge', '--quiet', '--ff-only', 'FETCH_HEAD']);
    await remote.git(['push', '--quiet', 'origin', 'main']);
    Object.assign(github.pulls[0] ?? {}, { state: 'closed', merged_at: '2025-01-15T00:00:00Z' });
    expect((await propose('two\n')).outcome).toEqual({ kind: 'nothing' });
    expect((await propose('three\n')).outcome).toMatchObject({ kind: 'opened' });
    expect(await remote.git(['rev-list', '--count', `main..${branch}`], remote.bare)).toBe('1');
  });

  it('ignores the hooks and the signing that people set up for themselves', async () => {
    const hooks = join(remote.clone, '.git', 'hooks');
    await mkdir(hooks);
    for (const name of ['pre-commit', 'pre-push', 'post-checkout']) {
      await writeFile(join(hooks, name), '#!/bin/sh\nexit 1\n');
      await chmod(join(hooks, name), 0o755);
    }
    await remote.git(['config', 'commit.gpgSign', 'true']);
    expect((await propose('two\n')).outcome.kind).toBe('opened');
  });

  it('works in a directory of the repository, and removes its checkout', async () => {
    const options = {
      cwd: join(remote.clone, 'sub'),
      branch,
      label: 'x',
      repo: 'isle/light',
      token: 't',
      apiUrl: github.apiUrl,
      log: () => undefined,
    };
    const { outcome, result } = await proposeChange(options, async (folder) => {
      await writeFile(join(folder, 'b.txt'), 'changed\n');
      return { result: folder, text: { title: 'T', message: 'T', body: 'B' } };
    });
    expect(outcome.kind).toBe('opened');
    expect(await atRemote('sub/b.txt')).toBe('changed');
    await expect(access(result)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['no token', { token: undefined }, /GITHUB_TOKEN is not set/, /Set it/],
    ['no repository', { repo: undefined }, /is not a GitHub repository/, /--repo owner\/name/],
    ['an unknown repository', { repo: 'isle/dark' }, /HTTP 404/, /--repo/],
    [
      'a server that is not there',
      { apiUrl: 'http://127.0.0.1:9' },
      /Could not list .* through GitHub's API/,
      /GITHUB_API_URL/,
    ],
  ])('pushes nothing with %s, and says what to set', async (_, more, message, hint) => {
    const { outcome, result } = await propose('two\n', more);
    expect(result).toBe('one\n');
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect(await remote.remoteHead(branch)).toBeUndefined();
  });

  it('pushes nothing without a remote or when it does not answer, and still prepares the change', async () => {
    await remote.git(['remote', 'set-url', 'origin', join(remote.bare, 'gone')]);
    expect(await propose('two\n')).toMatchObject({
      result: 'one\n',
      outcome: { kind: 'failed', hint: expect.stringContaining('network') },
    });
    await remote.git(['remote', 'remove', 'origin']);
    expect(await propose('two\n')).toMatchObject({
      result: 'one\n',
      outcome: { kind: 'failed', message: expect.stringContaining('no remote "origin"') },
    });
  });

  it.each([401, 403, 503])('pushes nothing when the API answers %i to its first question', async (status) => {
    github.fail = () => ({ status });
    const { outcome } = await propose('two\n');
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`HTTP ${status}`),
      hint: expect.stringMatching(/\w/),
    });
    expect(await remote.remoteHead(branch)).toBeUndefined();
  });

  it.each([403, 422, 500])(
    'takes the branch back when the API answers %i to the pull request',
    async (status) => {
      github.fail = (request) =>
        request.startsWith('POST') && request.endsWith('/pulls') ? { status } : undefined;
      const { outcome } = await propose('two\n');
      expect(outcome).toMatchObject({
        kind: 'failed',
        message: expect.stringMatching(/nothing is left there/),
      });
      expect(await remote.remoteHead(branch)).toBeUndefined();
    },
  );

  it('says exactly what is there when even taking back fails', async () => {
    await remote.git(['config', 'receive.denyDeletes', 'true'], remote.bare);
    github.fail = (request) => (request.startsWith('POST') ? { status: 422 } : undefined);
    const { outcome } = await propose('two\n');
    expect(outcome).toMatchObject({
      message: expect.stringMatching(
        /nightshift\/fixes is on origin with commit [0-9a-f]{7}, without a pull request/,
      ),
    });
    github.fail = () => undefined;
    expect((await propose('two\n')).outcome).toMatchObject({ kind: 'opened', url });
  });

  it('finds the pull request that was opened although the answer was lost', async () => {
    let lost = false;
    github.fail = (request) => {
      if (lost || !request.startsWith('POST')) return undefined;
      lost = true;
      return { status: 502, done: true };
    };
    expect((await propose('two\n')).outcome).toMatchObject({ kind: 'opened', url });
    expect(github.pulls).toHaveLength(1);
  });

  it('repeats a request that failed with a 5xx', async () => {
    let failures = 0;
    github.fail = () => {
      failures += 1;
      return failures <= 2 ? { status: 503 } : undefined;
    };
    expect((await propose('two\n')).outcome.kind).toBe('opened');
  });

  it('names the pull request whose text it could not update', async () => {
    await propose('two\n');
    github.fail = (request) => (request.startsWith('PATCH') ? { status: 422 } : undefined);
    const { outcome } = await propose('three\n');
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`${url} has the new commit`),
    });
  });

  it('says so when the remote refuses the push, and opens nothing', async () => {
    await mkdir(join(remote.bare, 'hooks'));
    const hook = join(remote.bare, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\necho "protected branch" >&2\nexit 1\n');
    await chmod(hook, 0o755);
    const { outcome } = await propose('two\n');
    expect(outcome).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching(/Nothing was pushed.*protected branch/s),
    });
    expect(github.pulls).toEqual([]);
  });

  it('removes its checkout when preparing fails', async () => {
    const options = {
      cwd: remote.clone,
      branch,
      label: 'x',
      repo: undefined,
      token: undefined,
      apiUrl: 'https://api.github.com',
      log: () => undefined,
    };
    await expect(proposeChange(options, () => Promise.reject(new Error('oops')))).rejects.toThrow('oops');
    expect((await remote.git(['worktree', 'list'])).split('\n')).toHaveLength(1);
  });
});
