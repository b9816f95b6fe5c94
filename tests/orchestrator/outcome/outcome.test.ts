import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownRepositoryOf } from '../../../contract/pulls/ownRepository.ts';
import { findLinks, githubHosts } from '../../../orchestrator/outcome/links.ts';
import { readOutputFile } from '../../../orchestrator/outcome/outputFile.ts';
import { chosenOutput, createOutputScanner, readLinks } from '../../../orchestrator/outcome/outputs.ts';
import { sized } from '../../support/form.ts';
import { growthOf } from '../../support/growth.ts';

const pull = 'https://github.com/user/repo/pull/123';
const rules = { githubHosts: ['github.com'] };

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
      if (typeof line === 'string') scanner.declare(`${line}\n`);
      scanner.scan(typeof line === 'string' ? line : line.err);
    }
    const { links } = readLinks(readOutputFile(file).outputs, scanner.printed());
    const address = origin === undefined ? undefined : `git@github.com:${origin}.git`;
    return chosenOutput(
      links,
      ownRepositoryOf({ origin: address, repo }, rules.githubHosts),
      rules.githubHosts,
    );
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

  it('is found however the text comes and is shown: in pieces, overwritten, in the middle of a long line', () => {
    const texts = [
      `opened ${pull}\rdone   \n`,
      `${'x '.repeat(40_000)}${pull} ${'y '.repeat(40_000)}`,
      `${'x'.repeat(49_140)}${pull}\n${'y'.repeat(40_000)}`,
      `{"text":"${'a'.repeat(70_000)}","url":"${pull.replaceAll('/', '\\/')}"}`,
      pull,
    ];
    for (const text of texts)
      for (const size of [1, 7, 1000, 4096, 1_000_000]) {
        const scanner = createOutputScanner({ ...rules, own: 'user/repo' });
        const scan = scanner.follow();
        for (let at = 0; at < text.length; at += size) scan.push(text.slice(at, at + size));
        scan.end();
        expect(scanner.printed().candidates).toEqual([pull]);
      }
  });

  it('comes with the pull request that was opened after a long list of older ones', () => {
    const scanner = createOutputScanner({ ...rules, own: 'user/repo' });
    for (let number = 1; number <= 900; number += 1) scanner.scan(pull.replace('123', String(number)));
    const { candidates } = scanner.printed();
    expect(candidates).toHaveLength(100);
    expect([candidates[0], candidates[49], candidates[50], candidates[99]]).toEqual(
      [1, 50, 851, 900].map((number) => pull.replace('123', String(number))),
    );
  });

  it('comes with all pull requests that were printed, each once, however many changelogs were', () => {
    const scanner = createOutputScanner({ ...rules, own: 'user/repo' });
    for (let number = 1; number <= 500; number += 1) {
      scanner.scan(`https://github.com/a/b/pull/${number}`);
      scanner.scan(`${pull}/files`);
    }
    scanner.scan('https://evil.example/user/repo/pull/9');
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
  ])('is never %s, and a remark says so', (link) => {
    expect(linkOf([`outputs_uri=${link}`])).toBeNull();
    const { links, remarks } = readLinks({ outputs_uri: link }, { candidates: [] });
    expect(links.declared).toBeNull();
    expect(remarks).toEqual([
      expect.stringMatching(/^outputs_uri is left out: expected an http\(s\) address/),
    ]);
  });

  it('is an address with what no address may hold percent-encoded', () => {
    expect(linkOf(['outputs_uri=https://e.org/a b'])).toBe('https://e.org/a%20b');
    expect(linkOf([], 'outputs_uri=https://e.org/ä "x"\n')).toBe('https://e.org/ä%20%22x%22');
  });

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

  const nine = 'https://github.com/acme/site/pull/9';
  const ten = 'https://github.com/acme/site/pull/10';
  const linksIn = (text: string) => {
    const scanner = createOutputScanner({ ...rules, own: 'acme/site' });
    scanner.scan(text);
    return scanner.printed().candidates;
  };

  it.each([
    ['Markdown', `[${nine}](${nine})`, [nine]],
    ['bold Markdown', `__${nine}__ _${ten}_`, [nine, ten]],
    ['a list', `prs=${nine},${ten}`, [nine, ten]],
    ['addresses one after the other', `${nine}${ten}`, [nine, ten]],
    ['a cell of a list', `[${nine},200]`, [nine]],
    ['a row of a table', `|${nine}|open|`, [nine]],
    ['a Chinese sentence', `（${nine}）和“${ten}”。`, [nine, ten]],
    ['a Chinese sentence without blanks', `请看${nine}获取详情`, [nine]],
    ['a dash', `${nine}—done`, [nine]],
    ['an ellipsis', `${nine}…`, [nine]],
    ['an arrow', `${nine}→merged`, [nine]],
    ['a form', `${nine}&x`, [nine]],
    ['a space of no width', `${nine}\u200b${ten}\u200b`, [nine, ten]],
    ['JSON', JSON.stringify({ html_url: nine, diff_url: `${ten}.diff` }), [nine, ten]],
    ['JSON with escaped slashes', JSON.stringify({ url: nine }).replaceAll('/', '\\/'), [nine]],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ url: nine }).replaceAll('/', '\\/')), [nine]],
    ['a script in a page', nine.replaceAll('/', '\\u002F'), [nine]],
    ['capital letters', 'HTTPS://GitHub.com/acme/site/pull/9', [nine]],
    [
      'percent-encoding',
      'https://github.com/acme/site/%70ull/9 https://github.com/acme/site/pull/1%30',
      [nine, ten],
    ],
    ['another name of the host', 'https://www.github.com./acme/site/pull/9', [nine]],
    ['a redirect', `https://t.example/?to=${nine}&from=x`, [nine]],
    ['a long query', `${nine}?x=${'x'.repeat(2000)}`, [nine]],
  ])('is found in %s', (_where, text, wanted) => expect(linksIn(text)).toEqual(wanted));

  it('is found whatever stands around it but letters and digits', () => {
    const around = fc
      .array(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), { maxLength: 6 })
      .map((characters) => characters.filter((one) => /^[^\p{L}\p{N}]$/u.test(one)).join(''));
    const marks = fc.string({
      unit: fc.constantFrom(...'.,;:!?()[]{}<>|"\'`*_~^&=+-—–…。、，）」”→\u200b\u00a0\\/#@$%'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.oneof(around, marks), fc.oneof(around, marks), (before, after) => {
        expect(linksIn(`${before}${nine}${after}`)).toEqual([nine]);
        expect(linksIn(`${before}${nine}${after}${ten}${before}`)).toEqual([nine, ten]);
      }),
      { numRuns: sized({ short: 150, full: 500 }) },
    );
  });

  it.each([
    'https://github.com/acme/site/issues/9',
    'https://github.com/acme/site/pulls',
    'https://github.com/acme/site/pulls/9',
    'https://github.com/acme/site/pull/0',
    'https://github.com/acme/site/pull/9abc',
    'https://github.com/acme/site/pull/9_abc',
    'https://github.com/acme/site/pull/9%61',
    'https://github.com/acme/site/pull/12345678901',
    'https://github.com/acme/site/pull/new/branch',
    'https://github.com/acme/pull/9',
    'https://github.com/acme/site/%2570ull/9',
    'https://github.com.evil.example/vuejs/core/pull/9',
    'https://github.com@evil.example/vuejs/core/pull/9',
    'https:/github.com/acme/site/pull/9',
    'github.com/acme/site/pull/9',
  ])('is not found in %s', (text) => expect(linksIn(text)).toEqual([]));

  it('is on GitHub under its other names too', () => {
    const link = 'https://www.github.com/vuejs/core/pull/9';
    expect(findLinks(link, rules)).toEqual([{ kind: 'other', link: 'https://github.com/vuejs/core/pull/9' }]);
    expect(githubHosts('https://www.github.com', 'https://GHE.example.')).toEqual([
      'github.com',
      'ghe.example',
    ]);
  });

  it.each([
    [`${nine}?x#y`, nine],
    [`${nine}/files`, nine],
    [`[${nine}](${nine})`, nine],
    [`${nine},${ten}`, nine],
    ['https://www.github.com/acme/site/%70ull/%39', nine],
    [nine.replaceAll('/', '\\/'), nine],
    [`${nine}。`, nine],
    ['https://ci.example/pull/requests', 'https://ci.example/pull/requests'],
    ['https://ci.example/a,b(c)', 'https://ci.example/a,b(c)'],
  ])('is, declared as %s, the pull request itself', (text, wanted) => {
    expect(madeOf([`outputs_uri=${text}`], '', 'acme/site').outputsUri).toBe(
      wanted.includes('/pull/requests') ? null : wanted,
    );
    expect(madeOf([`outputs_uri=${text}`])).toEqual({ outputsUri: wanted, holds: wanted.includes('/pull/') });
    expect(madeOf([], `outputs_uri=${text}`)).toEqual({
      outputsUri: wanted,
      holds: wanted.includes('/pull/'),
    });
  });

  it('takes time that grows with the text alone', () => {
    for (const piece of [
      'https://',
      'https://a',
      `${nine}`,
      '\\',
      '%',
      'https://a/a/a/pull/1',
      'http',
      '_',
      '1',
    ])
      expect(
        growthOf(
          (size) => `${nine}${piece.repeat(size / piece.length)}`,
          (text) => findLinks(text, rules),
        ),
      ).toBeLessThan(1.5);
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
  });
});
