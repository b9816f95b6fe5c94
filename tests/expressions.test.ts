import { describe, expect, it } from 'vitest';
import { endpointOf } from '../client/request.ts';
import { trimEndOf } from '../contract/text/trimCharacters.ts';
import { findLinks } from '../orchestrator/outcome/links.ts';
import { unmetCondition } from '../orchestrator/plan/condition.ts';
import { readYarnLock } from '../runners/integrate/lockfile/yarnLock.ts';
import { repoOfRemote } from '../runners/pullRequest/remote.ts';
import { readKeys } from '../server/access/keys.ts';
import { findExpressions } from './support/expressions.ts';
import { growthOf } from './support/growth.ts';

const fits = (branch: string, pattern: string) =>
  unmetCondition(
    { branch: pattern },
    { platform: 'linux', branch: async () => branch, env: {}, outputs: {} },
  );

describe('What reads text from outside', () => {
  const links = (text: string) => findLinks(text, { githubHosts: [] });
  const lock = (text: string) => readYarnLock(text, 'yarn.lock');

  it.each<[string, (size: number) => string, (text: string) => unknown]>([
    ['an address with slashes', (size) => `http://a/${'/'.repeat(size)}b`, endpointOf],
    [
      'a key with spaces',
      (size) => `Bearer${' '.repeat(size)}\n`,
      (authorization) => readKeys({ authorization }),
    ],
    ['a remote with slashes', (size) => `git@host:${'/'.repeat(size)}a`, repoOfRemote],
    ['a lock file with blanks', (size) => `a@1:\n${'  \n'.repeat(size)}`, lock],
    ['a lock file with a long line', (size) => `a@1:\n${' '.repeat(size)}version`, lock],
    ['a line full of links', (size) => 'https://a/ '.repeat(size / 10), links],
    ['a link with full stops', (size) => `https://a/${'.'.repeat(size)}b`, links],
    ['a branch', (size) => 'a'.repeat(size), (branch) => fits(branch, '*a*a*a*b')],
    ['a text with stops', (size) => `${'.'.repeat(size)}a`, (text) => trimEndOf(text, '.')],
  ])('takes time in proportion to the length of %s', (_, make, read) => {
    expect(growthOf(make, read)).toBeLessThan(1.5);
  });
});

describe('A branch of a condition', () => {
  it.each([
    ['release/1', 'release/*', true],
    ['release', 'release/*', false],
    ['main', 'main', true],
    ['main2', 'main', false],
    ['a.b', 'a?b', false],
    ['fix-7-hot', 'fix-*-hot', true],
    ['fix-hot', 'fix-*-hot', false],
    ['aXbYb', 'a*b*b', true],
    ['aab', 'a*ab', true],
    ['aba', 'ab*ba', false],
    ['line\nbreak', 'line*', true],
    ['anything', '*', true],
    ['', '*', true],
  ])('%j is one of %j: %s', async (branch, pattern, isOne) => {
    expect((await fits(branch, pattern)) === undefined).toBe(isOne);
  });
});

it('Characters are taken off the ends only', () => {
  expect(trimEndOf('a/b//', '/')).toBe('a/b');
  expect(trimEndOf('//', '/')).toBe('');
});

it('Every expression of a source file is found, and those that are put together', () => {
  const { literals, composed } = findExpressions(
    'a.ts',
    'const a = /x+$/g;\n// /no/\nconst b: string = "/no/";\nnew RegExp(b); text.replace(/y/, "");\nRegExp("a");',
  );
  expect(literals).toEqual([
    { place: 'a.ts:1', pattern: 'x+$', flags: 'g' },
    { place: 'a.ts:4', pattern: 'y', flags: '' },
  ]);
  expect(composed).toEqual(['a.ts:4', 'a.ts:5']);
});
