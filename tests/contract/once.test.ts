import { describe, expect, it } from 'vitest';
import { growingPause } from '../../contract/growingPause.ts';
import { readRetryAfter } from '../../contract/input/retryAfter.ts';
import { networkReason, unreachable } from '../../contract/networkError.ts';
import { markdownLine } from '../../contract/text/markdown.ts';

describe('A network error', () => {
  const refused = Object.assign(new Error(''), { code: 'ECONNREFUSED' });

  it('is told by its deepest cause, of several addresses by the first', () => {
    expect(networkReason(new TypeError('fetch failed', { cause: new Error('other side closed') }))).toBe(
      'other side closed',
    );
    expect(networkReason(new TypeError('fetch failed', { cause: new AggregateError([refused]) }))).toBe(
      'ECONNREFUSED',
    );
  });

  it('is told by its code where its text may hold a secret', () => {
    const secret = new Error('https://example.org/secret', { cause: refused });
    expect(unreachable(secret)).toBe('could not be reached (ECONNREFUSED)');
    expect(unreachable('gone')).toBe('could not be reached');
  });
});

it('Retry-After is seconds or a date', () => {
  expect(readRetryAfter('3')).toBe(3000);
  expect(readRetryAfter(new Date(Date.now() - 60_000).toUTCString())).toBe(0);
  for (const none of [null, undefined, 'soon']) expect(readRetryAfter(none)).toBeUndefined();
});

it('Pauses grow up to the longest', () => {
  const growth = { firstMs: 100, longestMs: 500 };
  expect([0, 1, 2, 3, 5000].map((others) => growingPause(growth, others))).toEqual([100, 200, 400, 500, 500]);
  expect(growingPause({ ...growth, factor: 1 }, 9)).toBe(100);
});

it('Markdown takes what a command printed as text', () => {
  expect(markdownLine('a|b\n<img> `c` [d](e) & _f_')).toBe(
    'a\\|b &lt;img\\> \\`c\\` \\[d\\](e) &amp; \\_f\\_',
  );
});
