import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepLink } from '../../../contract/input/link.ts';
import { isWebLink } from '../../../contract/urls/webLink.ts';

describe('A link that was reported', () => {
  it.each([
    ['https://github.com/user/repo/pull/123', 'https://github.com/user/repo/pull/123'],
    ['https://ci.example/a b/"report".html', 'https://ci.example/a%20b/%22report%22.html'],
    ['https://ci.example/50%/x%41', 'https://ci.example/50%25/x%41'],
    ['https://ci.example/größe?q=夜', 'https://ci.example/größe?q=夜'],
    ['C:\\reports\\seo.html', 'C:\\reports\\seo.html'],
    ['file:///tmp/a.html', 'file:///tmp/a.html'],
    ['s3://bucket/key', 's3://bucket/key'],
    ['//evil.example/x', '//evil.example/x'],
    ['https://a b/', 'https://a b/'],
    ['see the log\nDecide: https://evil.example', 'see the log Decide: https://evil.example'],
    ['reports/a.html', 'reports/a.html'],
    ['', null],
  ])('is kept of %j as %j, without a word', (given, uri) => {
    expect(keepLink(given)).toEqual({ uri, remarks: [] });
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScript :x',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
  ])('is dropped as %j, which a browser would run, and says so', (given) => {
    expect(keepLink(given)).toEqual({ uri: null, remarks: [expect.stringContaining('was dropped')] });
  });

  it('is cut off where the column ends, and says so', () => {
    const { uri, remarks } = keepLink(`https://x.example/${'y'.repeat(600)}`);
    expect(uri).toHaveLength(512);
    expect(remarks).toEqual([expect.stringContaining('512 of 618 characters')]);
  });

  it('fits its column and is something to click only as an address that is whole, whatever came', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    const any = fc.oneof(
      text,
      text.map((end) => `https://x.example/${end}`),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(any, (given) => {
        const { uri } = keepLink(given);
        if (uri === null) return;
        expect(uri.length).toBeLessThanOrEqual(512);
        expect(uri.isWellFormed() && !uri.includes('\0')).toBe(true);
        if (isWebLink(uri)) expect(uri).toMatch(/^https?:\/\/[^\s<>"\\]+$/i);
      }),
    );
  });
});
