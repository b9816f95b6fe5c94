import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLinks, githubHosts } from '../../../orchestrator/outcome/links.ts';
import { decideOutcome, type Ending } from '../../../orchestrator/outcome/outcome.ts';
import {
  createOutputScanner,
  previewOutput,
  readLinks,
  readOutputFile,
} from '../../../orchestrator/outcome/outputs.ts';

const pull = 'https://github.com/user/repo/pull/123';
const rules = { githubHosts: ['github.com'] };
const exit = (code: number): Ending => ({ kind: 'exit', code });

describe('An outcome', () => {
  const bad: fc.Arbitrary<Ending> = fc.oneof(
    fc
      .integer({ min: 1, max: 255 })
      .filter((code) => code !== 77)
      .map(exit),
    fc.constantFrom<Ending>(
      { kind: 'signal', signal: 'SIGKILL' },
      { kind: 'timeout', afterMs: 1000 },
      { kind: 'interrupted', by: 'SIGTERM' },
      { kind: 'unstartable', why: 'no program' },
    ),
  );

  it('is failed for every end that is not exit code 0 or 77, and keeps its link', () => {
    fc.assert(
      fc.property(
        bad,
        fc.constantFrom('auto', 'always', 'never'),
        fc.constantFrom(pull, null),
        (ending, approval, link) => {
          const made = { outputsUri: link, holds: link !== null };
          const outcome = decideOutcome(ending, approval as 'auto', made, 'all is well');
          expect(outcome.status).toBe('failed');
          expect(outcome.reason).not.toBeNull();
          expect(outcome.outputsUri).toBe(link);
        },
      ),
    );
  });

  it.each([
    ['auto', pull, 'awaiting_approval'],
    ['auto', 'https://ci.example/artifacts/1', 'succeeded'],
    ['auto', null, 'succeeded'],
    ['always', null, 'awaiting_approval'],
    ['never', pull, 'succeeded'],
  ] as const)('of a success with approval %s and link %s is %s', (approval, outputsUri, status) => {
    const made = { outputsUri, holds: outputsUri === pull };
    expect(decideOutcome(exit(0), approval, made, undefined).status).toBe(status);
  });

  it('of exit code 77 is skipped, with the last line as the reason', () => {
    expect(
      decideOutcome(exit(77), 'always', { outputsUri: null, holds: false }, 'no pages to check'),
    ).toEqual({
      status: 'skipped',
      reason: 'no pages to check',
      outputsUri: null,
    });
  });
});

describe('The link of a task', () => {
  const madeOf = (
    lines: readonly (string | { err: string })[],
    file = '',
    repo?: string,
    origin?: string,
  ) => {
    const own = { ...rules, own: repo ?? origin, isNamed: repo !== undefined };
    const scanner = createOutputScanner(own);
    for (const line of lines) {
      if (typeof line === 'string') scanner.add(line, 'stdout');
      else scanner.add(line.err, 'stderr');
    }
    return previewOutput(readLinks(readOutputFile(file), scanner.printed()), own);
  };
  const linkOf = (...given: Parameters<typeof madeOf>) => madeOf(...given).outputsUri;

  it('comes from the output file, the declared line, a pull request, an artifact, in this order', () => {
    const artifact = 'https://ci.example/run/7/artifacts/9';
    const declared = 'outputs_uri=https://example.org/report';
    expect(linkOf([artifact])).toBe(artifact);
    expect(linkOf([artifact, `opened ${pull}.`])).toBe(pull);
    expect(linkOf([artifact, pull, declared])).toBe('https://example.org/report');
    expect(linkOf([artifact, pull, declared], 'x=1\noutputs_uri=https://example.org/file\n')).toBe(
      'https://example.org/file',
    );
  });

  it('is the last that is declared, on stdout only, and the first pull request that is printed', () => {
    expect(linkOf(['outputs_uri=https://a.org/1', 'outputs_uri=https://a.org/2'])).toBe('https://a.org/2');
    expect(linkOf([{ err: 'outputs_uri=https://a.org/1' }])).toBeNull();
    expect(linkOf([' outputs_uri=https://a.org/1'])).toBeNull();
    expect(linkOf(['https://github.com/a/b/pull/1', { err: 'https://github.com/a/b/pull/2' }])).toBe(
      'https://github.com/a/b/pull/1',
    );
    expect(linkOf(['https://a.org/artifacts/1', 'https://a.org/artifacts/2'])).toBe(
      'https://a.org/artifacts/2',
    );
  });

  it('is a pull request of the own repository before all others, which holds beside a declared link too', () => {
    const changelog = 'see https://github.com/vuejs/core/pull/123';
    expect(madeOf([changelog, pull, changelog], '', undefined, 'user/repo')).toEqual({
      outputsUri: pull,
      holds: true,
    });
    const report = 'outputs_uri=https://example.org/report';
    const made = { outputsUri: 'https://example.org/report' };
    expect(madeOf([pull, report], '', undefined, 'user/repo')).toEqual({ ...made, holds: true });
    expect(madeOf([changelog, report], '', undefined, 'user/repo')).toEqual({ ...made, holds: false });
  });

  it('comes with all pull requests that were printed, each once, however many changelogs were', () => {
    const scanner = createOutputScanner({ ...rules, own: 'user/repo' });
    for (let number = 1; number <= 500; number += 1) {
      scanner.add(`https://github.com/a/b/pull/${number}`, 'stdout');
      scanner.add(`${pull}/files`, 'stderr');
    }
    scanner.add('https://evil.example/user/repo/pull/9', 'stdout');
    const { candidates } = scanner.printed();
    expect(candidates.slice(0, 3)).toEqual([
      pull,
      'https://evil.example/user/repo/pull/9',
      'https://github.com/a/b/pull/1',
    ]);
    expect(candidates).toHaveLength(52);
  });

  it('is not a pull request of another repository when the step names its own', () => {
    expect(linkOf([pull], '', 'user/repo')).toBe(pull);
    expect(linkOf([pull], '', 'User/Repo')).toBe(pull);
    expect(linkOf([pull], '', 'user/other')).toBeNull();
    expect(linkOf([], `outputs_uri=${pull}`, 'user/other')).toBeNull();
    expect(linkOf([`outputs_uri=${pull}`], '', 'user/rep')).toBeNull();
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//host/path',
    'file:///etc/passwd',
    'ftp://x.org/',
    'not a link',
    `https://e.org/${'x'.repeat(600)}`,
    'https://e.org/a b',
  ])('is never %s', (link) => expect(linkOf([`outputs_uri=${link}`])).toBeNull());

  it('is found inside prose, Markdown and quotes, and names the pull request itself', () => {
    for (const text of [
      `see (${pull})`,
      `[PR](${pull})`,
      `"${pull}"`,
      `${pull}/files#diff`,
      `${pull}?x=1`,
      `<${pull}>`,
      `**${pull}**`,
    ]) {
      expect(findLinks(text, rules)).toEqual([{ kind: 'other', link: pull }]);
    }
    expect(findLinks('https://github.com/user/repo/pull/new/branch', rules)).toEqual([]);
    expect(findLinks('https://evil.example/user/repo/pull/1', rules)).toEqual([]);
  });

  it('may be on the GitHub that is configured', () => {
    const hosts = githubHosts('https://ghe.example/api/v3', undefined, 'nonsense');
    expect(hosts).toEqual(['github.com', 'ghe.example']);
    expect(githubHosts('https://api.github.com')).toEqual(['github.com']);
    expect(githubHosts('https://api.acme.ghe.com')).toEqual(['github.com', 'acme.ghe.com']);
    const link = 'https://ghe.example/a/b/pull/1';
    expect(findLinks(link, { githubHosts: hosts })).toEqual([{ kind: 'other', link }]);
  });

  it('never throws, whatever was printed', () => {
    fc.assert(fc.property(fc.string(), (line) => void findLinks(`https://${line}`, rules)));
    fc.assert(fc.property(fc.string(), (text) => void readOutputFile(text)));
  });
});
