import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalLink,
  isPullRequest,
  nameOf,
  pullOfLink,
  repositoryOf,
} from '../../../contract/pulls/pullLinks.ts';

const pull = { host: 'github.com', owner: 'Acme', repo: 'site', number: 9 };

/** Ways to write a link to a pull request, and some that only look so. */
const links = fc
  .record({
    scheme: fc.constantFrom('https', 'HTTPS', 'http'),
    user: fc.constantFrom('', 'x@', 'x:y@', 'github.com@'),
    host: fc.constantFrom(
      'github.com',
      'GitHub.com',
      'github.com.',
      'www.github.com',
      'ssh.github.com',
      'ghe.example',
      'a.b',
      '-x',
      '.x',
    ),
    port: fc.constantFrom('', ':443', ':80', ':8443', ':0443', ':'),
    owner: fc.constantFrom(
      'acme',
      'A.b_c-1',
      '%61cm%65',
      'a%2Fb',
      'a%zz',
      'a%E9',
      '..',
      'o'.repeat(100),
      'o'.repeat(101),
    ),
    repo: fc.constantFrom(
      'site',
      'site.git',
      'Site.GIT',
      '.git',
      '..',
      'x.git.git',
      'r'.repeat(100),
      'r'.repeat(101),
    ),
    path: fc.constantFrom('pull', 'pull', '%70ull', 'p%75%6C%6c', '%2570ull', 'pulls', 'PULL'),
    number: fc.constantFrom('9', '%39', '9%30', '%2e', '0', '09', '123456789', '1234567890', 'new'),
    rest: fc.constantFrom(
      '%61',
      '%2F',
      '',
      '/',
      '/files',
      '/files#x',
      '?w=1',
      '#discussion',
      'x',
      '/commits/abc?x=1',
    ),
  })
  .map(
    ({ scheme, user, host, port, owner, repo, path, number, rest }) =>
      `${scheme}://${user}${host}${port}/${owner}/${repo}/${path}/${number}${rest}`,
  );

describe('A link to a pull request', () => {
  it.each([
    'https://github.com/Acme/site/pull/9',
    'http://github.com/Acme/site/pull/9/',
    'https://user:secret@github.com/Acme/site/pull/9',
    'https://github.com:443/Acme/site/pull/9/files',
    'https://GitHub.COM./Acme/site.git/pull/9?diff=split#r1',
    'https://www.github.com/Acme/site/pull/9/commits/abc',
    'https://github.com/Acme/site/%70ull/9',
    'https://github.com/%41cme/s%69te/pull/%39/files',
    'HTTPS://github.com/Acme/site/pull/9#discussion_r1',
  ])('is one however it is written: %s', (link) => {
    expect(pullOfLink(link)).toEqual(pull);
    expect(isPullRequest(link)).toBe(true);
    expect(canonicalLink(link)).toMatch(/^https?:\/\/github\.com\/Acme\/site\/pull\/9$/);
  });

  it.each([
    'https://github.com.evil.example/acme/site/pull/9',
    'https://github.com@evil.example/acme/site/pull/9',
    'https://evil.example/github.com/acme/site/pull/9',
    'https://github.com/acme/site/pull/new/9',
    'https://github.com/acme/site/pull/0',
    'https://github.com/acme/site/pull/9abc',
    'https://github.com/acme/site/pull/9%61',
    'https://github.com/acme%2Fsite/pull/9',
    'https://github.com/acme/site/%2570ull/9',
    'https://github.com/acme/site/pulls',
    'https://github.com/acme/site/issues/9',
    'https://github.com/acme/../pull/9',
    `https://github.com/${'o'.repeat(101)}/site/pull/9`,
    'acme/site/pull/9',
    'not a link',
  ])('is none of that repository: %s', (link) => {
    const found = pullOfLink(link);
    expect(found && nameOf(found)).not.toBe('github.com/acme/site');
  });
});

describe('The origin of a checkout', () => {
  it.each([
    'https://github.com/Acme/site.git',
    'https://user:token@github.com:443/acme/site/',
    'git@github.com:acme/site.git',
    'github.com:acme/site',
    'git@github.com:/acme/site.git',
    'ssh://git@github.com/acme/site.git',
    'ssh://git@ssh.github.com:443/acme/site.git',
    'git+ssh://git@github.com:22/acme/site',
    'git://github.com./acme/site.git',
    'github.com/acme/site',
  ])('is one repository however it is written: %s', (address) => {
    const found = repositoryOf(address);
    expect(found && nameOf(found)).toBe('github.com/acme/site');
  });

  it('keeps the port at which people open it', () => {
    const found = repositoryOf('https://ghe.example:8443/acme/site.git');
    expect(found && nameOf(found)).toBe('ghe.example:8443/acme/site');
    expect(repositoryOf('ghe.example:8443/acme/site')).toEqual(found);
  });

  it.each([
    '/srv/git/site.git',
    '../site',
    'file:///srv/site.git',
    'C:\\site',
    'acme/site',
    '',
    'https://x/a/b/c',
    'git@github.com:a/../b',
  ])('is none that is known: %s', (address) => expect(repositoryOf(address)).toBeUndefined());

  it('never throws, whatever a remote is called', () => {
    fc.assert(fc.property(fc.string(), (text) => void [repositoryOf(text), pullOfLink(`https://${text}`)]));
  });
});

it('The form in which links are kept is the same for what it gives itself, and fits its columns', () => {
  const found = fc.sample(links, 5000).flatMap((link) => {
    const kept = pullOfLink(link);
    return kept ? [{ link, kept }] : [];
  });
  for (const { link, kept } of found) {
    expect(pullOfLink(canonicalLink(link) ?? '')).toEqual(kept);
    expect(kept.host).toMatch(/^[a-z0-9][a-z0-9.-]{0,239}(?::\d{1,5})?$/);
    for (const name of [kept.owner, kept.repo]) expect(name).toMatch(/^(?!\.+$)[\w.-]{1,100}$/);
    expect(kept.repo).not.toMatch(/\.git$/i);
    expect(kept.number).toBeGreaterThan(0);
  }
  expect(found.length).toBeGreaterThan(100);
});
