import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type GithubServer, startGithub } from '../pullRequest/githubServer.ts';
import { createRemote, type RemoteRepository } from '../pullRequest/remoteRepository.ts';
import { reportOf, runSeo, startSeo } from './runSeo.ts';
import { goodParts, otherPage, pageOf, robotsTxt, sitemapOf, writeFolder } from './siteFolder.ts';

const branch = 'nightshift/seo-fixes';
const url = 'https://github.example/isle/light/pull/1';
const flags = ['--dir', 'site', '--repo', 'isle/light'];

let remote: RemoteRepository;
let github: GithubServer;
let variables: Record<string, string>;

beforeEach(async () => {
  remote = await createRemote({
    'site/index.html': pageOf({ viewport: '', body: '<h1>A</h1>\n<img src="tower.png">' }),
    'site/lens.html': otherPage('lens', { charset: '', twitter: '' }),
    'site/tower.png': '',
    'site/robots.txt': robotsTxt,
    'site/sitemap.xml': sitemapOf('/'),
  });
  github = await startGithub();
  variables = { GITHUB_TOKEN: 'token-1', GITHUB_API_URL: github.apiUrl };
});

const atRemote = (path: string) => remote.git(['show', `${branch}:${path}`], remote.bare);

describe('Proposing fixes', () => {
  it('opens a pull request with the certain fixes, and prints where it is', async () => {
    const outputs = join(await writeFolder({}), 'outputs');
    const { exitCode, stdout } = await runSeo(remote.clone, flags, {
      ...variables,
      NIGHTSHIFT_OUTPUT: outputs,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^outputs_uri=${url}$`, 'm'));
    expect(await readFile(outputs, 'utf8')).toBe(`outputs_uri=${url}\n`);
    expect(stdout).toMatch(/site\/index\.html +added the viewport/);
    expect(stdout).toMatch(/2 fixes in 2 files proposed \(pull request opened\); 3 findings left in 2 pages/);
    expect(await atRemote('site/index.html')).toContain(goodParts.viewport);
    expect(await atRemote('site/sitemap.xml')).not.toContain('lens.html');
    expect(github.pulls).toMatchObject([
      { title: 'Fix SEO metadata in 2 files', labels: ['nightshift'], base: { ref: 'main' } },
    ]);
    expect(github.pulls[0]?.body).toContain('- `site/lens.html`: declared the charset');
    expect(github.pulls[0]?.body).toMatch(/no twitter:card.*→ Add .*twitter:card/);
    expect(github.pulls[0]?.body).toMatch(/error `site\/index\.html:\d+` The image tower\.png has no alt/);
  });

  it('names the same pull request the next night, without touching it', async () => {
    await runSeo(remote.clone, flags, variables);
    github.headOf = async (name) => (await remote.remoteHead(name)) ?? '';
    const head = await remote.remoteHead(branch);
    const { report } = await reportOf(remote.clone, flags, variables);
    expect(report.outputs).toEqual({ outputs_uri: url });
    expect(report.summary).toContain('pull request unchanged');
    expect(await remote.remoteHead(branch)).toBe(head);
  });

  it('changes no file of the user, who may have unsaved work', async () => {
    const unsaved = pageOf({ viewport: '', title: '<title>Half done</title>' });
    await remote.write({ 'site/index.html': unsaved });
    const { exitCode } = await runSeo(remote.clone, [...flags, '--ignore', 'image'], variables);
    expect(exitCode).toBe(0);
    expect(await readFile(join(remote.clone, 'site/index.html'), 'utf8')).toBe(unsaved);
    expect(await atRemote('site/index.html')).not.toContain('Half done');
    expect(await remote.git(['status', '--porcelain'])).toBe(' M site/index.html');
  });

  it('opens nothing when there is nothing to fix', async () => {
    await remote.commit({
      'site/index.html': pageOf(),
      'site/lens.html': otherPage('lens'),
      'site/sitemap.xml': sitemapOf('/', '/lens.html'),
    });
    const { exitCode, stdout } = await runSeo(remote.clone, [...flags, '--strict'], variables);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('nothing to fix automatically');
    expect(github.requests).toEqual([]);
  });

  it('shows the fixes that it would make when the token is missing, and fails', async () => {
    const { exitCode, stdout } = await runSeo(remote.clone, flags);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/site\/index\.html +added the viewport/);
    expect(stdout).toContain('Nothing was pushed: GITHUB_TOKEN is not set');
    expect(await remote.remoteHead(branch)).toBeUndefined();
  });

  it('says what to do outside of a repository, and with a folder that the default branch does not have', async () => {
    const folder = await writeFolder({ 'site/index.html': pageOf() });
    expect((await runSeo(folder, flags, variables)).stdout).toContain('not in a git repository');
    await remote.write({ 'dist/index.html': pageOf() });
    const { exitCode, stdout } = await runSeo(remote.clone, ['--dir', 'dist'], variables);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('dist is not on the default branch');
  });

  it('removes its checkout when it is told to stop', async () => {
    const temporary = await writeFolder({});
    const asked = new Promise<void>((resolve) => {
      github.fail = () => {
        resolve();
        return { status: 0 };
      };
    });
    const running = startSeo(remote.clone, flags, { ...variables, TMPDIR: temporary });
    await asked;
    running.kill('SIGTERM');
    expect((await running).signal).toBe('SIGTERM');
    expect(await readdir(temporary)).toEqual([]);
    expect(await remote.remoteHead(branch)).toBeUndefined();
    github.fail = () => undefined;
    await runSeo(remote.clone, flags, variables);
    expect((await remote.git(['worktree', 'list'])).split('\n')).toHaveLength(1);
  });
});
