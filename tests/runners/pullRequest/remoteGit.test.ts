import { beforeEach, describe, expect, it } from 'vitest';
import { push } from '../../../runners/pullRequest/push.ts';
import { remoteGit } from '../../../runners/pullRequest/remoteGit.ts';
import { type GitServer, serveGit } from './gitServer.ts';
import { createRemote, type RemoteRepository } from './remoteRepository.ts';

const token = 'token-of-the-night';

let remote: RemoteRepository;
let server: GitServer;

beforeEach(async () => {
  remote = await createRemote({ 'a.txt': 'one\n' });
  await remote.git(['config', 'http.receivepack', 'true'], remote.bare);
  server = await serveGit(remote.bare, token);
  await remote.git(['remote', 'set-url', 'origin', `${server.origin}/bare.git`]);
});

describe('Talking to a remote that wants credentials', () => {
  it('reads and pushes with the token when the remote is on the host of its API', async () => {
    const access = { token, apiUrl: `${server.origin}/api/v3` };
    const said = await remoteGit(remote.clone, ['ls-remote', 'origin', 'HEAD'], access);
    const head = await remote.git(['rev-parse', 'HEAD']);
    expect(said).toEqual({ ok: true, output: `${head}\tHEAD` });
    const refused = await push({
      cwd: remote.clone,
      commit: head,
      branch: 'x/y',
      expected: undefined,
      ...access,
    });
    expect(refused).toBeUndefined();
    expect(await remote.remoteHead('x/y')).toBe(head);
  });

  it('replaces a header that an older checkout left behind', async () => {
    await remote.git(['config', `http.${server.origin}/.extraheader`, 'AUTHORIZATION: basic b2xk']);
    const access = { token, apiUrl: `${server.origin}/api/v3` };
    expect(await remoteGit(remote.clone, ['ls-remote', 'origin'], access)).toMatchObject({ ok: true });
  });

  it('shows the token to no other host, waits for no keyboard, and hides passwords in what git said', async () => {
    await remote.git([
      'remote',
      'set-url',
      'origin',
      server.origin.replace('//', '//ruth:secret@').concat('/bare.git'),
    ]);
    const access = { token, apiUrl: 'https://api.github.com' };
    const said = await remoteGit(remote.clone, ['ls-remote', 'origin'], access);
    expect(said).toMatchObject({ ok: false });
    expect(JSON.stringify(said)).not.toMatch(/secret|token-of/);
    expect([...server.shown].join()).not.toContain(Buffer.from(`x-access-token:${token}`).toString('base64'));
  });

  it('does not move a branch that somebody else moved meanwhile', async () => {
    const head = await remote.git(['rev-parse', 'HEAD']);
    const what = { cwd: remote.clone, commit: head, branch: 'x', token, apiUrl: server.origin };
    expect(await push({ ...what, expected: undefined })).toBeUndefined();
    expect(await push({ ...what, commit: '', expected: '1'.repeat(40) })).toMatch(/stale info|rejected/);
    expect(await remote.remoteHead('x')).toBe(head);
  });
});
