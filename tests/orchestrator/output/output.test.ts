import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShownRow } from '../../../contract/screen/row.ts';
import { createExcerpt, cutLine } from '../../../orchestrator/output/excerpt.ts';
import { createSecretMasker, mask, maskSecrets } from '../../../orchestrator/output/maskSecrets.ts';
import { createOutputLines } from '../../../orchestrator/output/outputLines.ts';
import { secretTexts } from '../../../orchestrator/output/secretForms.ts';
import { createLineSplitter } from '../../../orchestrator/output/splitLines.ts';
import { createStepLog } from '../../../orchestrator/output/stepLog.ts';
import { sized } from '../../support/form.ts';
import { growthOf } from '../../support/growth.ts';

/** Cuts a buffer at arbitrary places. */
const chunked = (data: fc.Arbitrary<Buffer>) =>
  fc.tuple(data, fc.array(fc.nat(), { maxLength: 12 })).map(([buffer, places]) => {
    const cuts = [0, ...places.map((place) => place % (buffer.length + 1)), buffer.length].sort(
      (a, b) => a - b,
    );
    return cuts.slice(1).map((end, index) => buffer.subarray(cuts[index], end));
  });

const linesOf = (chunks: readonly Uint8Array[], secrets: readonly string[] = []) => {
  const lines = createOutputLines(secrets);
  return [...chunks.flatMap((chunk) => lines.push(chunk)), ...lines.end()];
};

describe('Output', () => {
  it('reads the same however it was cut into chunks', () => {
    const pieces = fc.constantFrom(
      'ä',
      '😀',
      '\u001b[31m',
      '\u001b]8;;http://x\u0007',
      '\u001b]8;;\u0007',
      '\b',
      '\u001b[A',
      '\u001b[2B',
      '\u001b[3G',
      '\u001b[K',
      '\u001b[J',
      '\n',
      '\r\n',
      '\r',
      'secret-1',
      'sec',
      'a',
      '\0',
      ' ',
    );
    const text = fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join('')));
    fc.assert(
      fc.property(
        text.chain((data) => fc.tuple(fc.constant(data), chunked(fc.constant(data)))),
        ([data, chunks]) => {
          expect(linesOf(chunks, ['secret-1'])).toEqual(linesOf([data], ['secret-1']));
        },
      ),
      { numRuns: sized({ short: 200, full: 500 }) },
    );
  });

  it('of any bytes becomes well-formed text without control characters', () => {
    fc.assert(
      fc.property(chunked(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))), (chunks) => {
        for (const line of linesOf(chunks)) {
          expect(line.isWellFormed()).toBe(true);
          expect(line).not.toMatch(/(?!\t)\p{Cc}/u);
        }
      }),
    );
  });

  it('loses colours, and keeps the text and the addresses of the links of terminals', () => {
    const text = '\u001b[1;31mred\u001b[0m \u001b]8;;https://e.org\u0007link\u001b]8;;\u0007 plain\0';
    expect(linesOf([Buffer.from(text)])).toEqual(['red link (https://e.org) plain']);
  });

  it('leaves no part of a secret that something was drawn over, or that was drawn together', () => {
    const drawn = (text: string, size: number) => {
      const lines = createOutputLines(['hush-hush']);
      const bytes = Buffer.from(text);
      const out: string[] = [];
      for (let at = 0; at < bytes.length; at += size) out.push(...lines.push(bytes.subarray(at, at + size)));
      return [...out, ...lines.end()];
    };
    for (const size of [1, 3, 1000]) {
      expect(drawn('hush-hush\rdone\n', size)).toEqual([`done${mask}`]);
      expect(drawn('hush-husx\bh ok\n', size)).toEqual([`${mask} ok`]);
      expect(drawn('\u001b[6Ghush\u001b[1Ghush-\n', size)).toEqual([mask]);
      expect(drawn('hush\nhush-hush\n\u001b[2A\u001b[5G-hush\u001b[2B', size)).toEqual(['hush', mask, mask]);
      expect(drawn(`\u001b]8;;https://e.org/hush-hush\u0007x\u001b]8;;\u0007\n`, size)).toEqual([
        `x (https://e.org/${mask})`,
      ]);
    }
  });

  it('gives a line again that was drawn on, when the next one is complete', () => {
    const rows: ShownRow[] = [];
    const lines = createOutputLines([], { onRow: (row) => rows.push(row) });
    const push = (text: string) => lines.push(Buffer.from(text));
    expect(push('a 0 %\nb 0 %\n')).toEqual(['a 0 %', 'b 0 %']);
    for (const share of ['10', '50', '99'])
      expect(push(`\u001b[2A\u001b[2Ka ${share} %\n\u001b[2Kb ${share} %\n`)).toEqual([]);
    expect(push('done\n')).toEqual(['a 99 %', 'b 99 %', 'done']);
    expect(lines.end()).toEqual([]);
    expect(rows.map(({ text }) => text)).toEqual(['a 99 %', 'b 99 %', 'done']);
    expect(lines.lastLine()).toBe('done');
  });

  it('tells where the links of terminals lead, masked and however they were cut', () => {
    const told = (text: string, size: number) => {
      const targets: string[] = [];
      const lines = createOutputLines(['hush-hush'], { onLink: (target) => targets.push(target) });
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) lines.push(bytes.subarray(at, at + size));
      lines.end();
      return targets;
    };
    const link = 'https://github.com/acme/site/pull/9';
    const ends = ['\u0007', '\u001b\\', '\u009c'];
    for (const end of ends)
      for (const size of [1, 2, 7, 1000]) {
        const text = `\u001b]8;;${link}${end}#9\u001b]8;;${end} \u009d8;id=1;${link}?x=hush-hush${end}`;
        expect(told(text, size)).toEqual([link, `${link}?x=${mask}`]);
      }
    expect(told('\u001b]0;a title https://e.org\u0007\u001b[8;1;2m\u001b]8;;\u0007', 1000)).toEqual([]);
  });

  it('keeps what a progress bar showed last', () => {
    expect(linesOf([Buffer.from('10 %\r50 %\r'), Buffer.from('100 %\r\ndone\r')])).toEqual(['100 %', 'done']);
  });

  it('does not grow with an escape sequence that never ends', () => {
    let length = 0;
    const lines = createOutputLines([], {
      onText(text) {
        length += text.length;
      },
    });
    for (const text of ['\u001b]8;', ...Array.from({ length: 1000 }, () => 'x'.repeat(100))])
      lines.push(Buffer.from(text));
    expect(length).toBeGreaterThan(90_000);
  });
});

describe('A mask', () => {
  it('leaves nothing of any secret, however the text was cut', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 5 });
    const secrets = fc.array(letters, { minLength: 1, maxLength: 4 });
    const chunks = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 8 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(secrets, chunks, (words, parts) => {
        const masker = createSecretMasker(words);
        const out = parts.map((part) => masker.push(part)).join('') + masker.end();
        for (const word of words) expect(out).not.toContain(word);
        expect(out).toBe(maskSecrets(parts.join(''), words));
      }),
      { numRuns: sized({ short: 500, full: 2000 }) },
    );
  });

  it('is the same whether text comes at once or character by character, in every form, broken into lines or not', () => {
    const forms = secretTexts(['a secret/of several words and 40 characters']);
    const broken = (text: string) => text.replace(/.{64}/g, '$&\n');
    const form = fc.constantFrom(...forms);
    const pieces = fc.oneof(
      form,
      form.map((text) => text.toUpperCase()),
      form.map((text) => broken(`${'x'.repeat(50)}${text}${'y'.repeat(30)}`)),
      fc.tuple(form, fc.nat({ max: 20 })).map(([text, length]) => text.slice(0, length)),
      fc.string({ unit: fc.constantFrom('a', ' ', '6', '%', 'Y', '\n', '\r', 'é', '\u0161'), maxLength: 70 }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const slow = createSecretMasker(forms);
        const slowly = [...text.split('')].map((one) => slow.push(one)).join('') + slow.end();
        expect(maskSecrets(text, forms)).toBe(slowly);
      }),
      { numRuns: sized({ short: 200, full: 1000 }) },
    );
  });

  it('changes nothing where no secret is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void expect(maskSecrets(text, ['\u{10ffff}none'])).toBe(text)),
    );
  });

  it('covers the lines, the URL form and the Base64 form of a secret', () => {
    const texts = secretTexts(['first line\nsecond/line', 'short', undefined]);
    expect(texts).toContain('second/line');
    expect(texts).toContain('second%2Fline');
    expect(texts).toContain(Buffer.from('second/line').toString('base64'));
    expect(texts).not.toContain('short');
  });

  const secret = fc.string({
    unit: fc.constantFrom(...'aZ09+/=&<>"\'\\ %:@-_~é夜🦉'),
    minLength: 8,
    maxLength: 40,
  });
  const around = fc.string({ unit: 'binary', maxLength: 20 });
  const bytesOf = (text: string, sign: string) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/../g, (code) => sign + code);
  const unitsOf = (text: string) =>
    [...Buffer.from(text, 'utf16le').swap16().toString('hex').matchAll(/..../g)]
      .map(([code]) => `\\u${code}`)
      .join('');
  const inHtml = (text: string, quote: string, apostrophe: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", apostrophe);
  const writings: [how: string, write: (text: string, before: string) => string][] = [
    ['as it is', (text) => text],
    ['in a URL', (text) => encodeURIComponent(text)],
    [
      'in a URL with small letters',
      (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
    ],
    ['in a form', (text) => new URLSearchParams([['', text]]).toString().slice(1)],
    ['in JSON', (text) => JSON.stringify(text)],
    ['in JSON in JSON', (text) => JSON.stringify(JSON.stringify(text).slice(1, -1))],
    ['in JSON of PHP', (text) => JSON.stringify(text).replaceAll('/', '\\/')],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
    ['in capital hexadecimal', (text) => Buffer.from(text).toString('hex').toUpperCase()],
    ['in a URL with every byte escaped', (text) => bytesOf(text, '%')],
    [
      'in a URL with every byte escaped in capitals',
      (text) => `%${bytesOf(text, '%').slice(1).toUpperCase()}`,
    ],
    ['in JSON with every character escaped', (text) => unitsOf(text)],
    [
      'in JSON with every character escaped in capitals',
      (text) => unitsOf(text).toUpperCase().replaceAll('U', 'u'),
    ],
    ['with every byte escaped for a shell', (text) => bytesOf(text, '\\x')],
    ['in hexadecimal with blanks', (text) => bytesOf(text, ' ').slice(1)],
    ['in capital hexadecimal with colons', (text) => bytesOf(text, ':').slice(1).toUpperCase()],
    ['in HTML', (text) => inHtml(text, '&quot;', '&#39;')],
    ['in HTML of Python', (text) => inHtml(text, '&quot;', '&#x27;')],
    ['in HTML of Go', (text) => inHtml(text, '&#34;', '&#39;')],
    ['in HTML of PHP', (text) => inHtml(text, '&quot;', '&#039;')],
    ['in the text of HTML', (text) => inHtml(text, '"', "'")],
    ['in Base64 of JSON', (text) => Buffer.from(JSON.stringify(text).slice(1, -1)).toString('base64')],
    ['in Base64', (text) => Buffer.from(text).toString('base64')],
    ['in Base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
  ];
  it.each(writings.filter(([how]) => how !== 'in JSON in JSON'))(
    'covers a secret that is written %s',
    (_how, write) => {
      const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(secret, around, around, cuts, (given, before, after, sizes) => {
          const value = given.trim();
          fc.pre(value.length >= 6);
          const masker = createSecretMasker(secretTexts([value]));
          const text = before + write(value, before) + after;
          let out = '';
          for (let at = 0, turn = 0; at < text.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            out += masker.push(text.slice(at, at + size));
            at += size;
          }
          out += masker.end();
          expect(out).toContain(mask);
          expect(out).toBe(maskSecrets(text, secretTexts([value])));
          expect(out).not.toContain(write(value, before).slice(1, -1));
        }),
        { numRuns: sized({ short: 30, full: 100 }) },
      );
    },
  );

  it('covers a secret within Base64 of a longer text, wherever it stands there', () => {
    const any = fc.uint8Array({ maxLength: 9 });
    fc.assert(
      fc.property(secret, any, any, fc.constantFrom('base64', 'base64url'), (given, before, after, form) => {
        const value = given.trim();
        fc.pre(value.length >= 6);
        const whole = Buffer.concat([before, Buffer.from(value), after]).toString(form);
        const out = maskSecrets(whole, secretTexts([value]));
        // At either end a character may hold bits of the secret and of its neighbour.
        expect(out.replace(mask, '').length).toBeLessThanOrEqual(
          Math.ceil((before.length + after.length) / 3) * 4 + 4,
        );
        expect(out).toContain(mask);
      }),
    );
  });

  it.each([
    ['base64', 76, '\n'],
    ['base64', 64, '\n'],
    ['base64', 76, '\r\n'],
    ['base64url', 64, '\n'],
    ['hex', 60, '\n'],
  ] as const)('covers a secret within %s that is broken after %i characters by %j', (form, width, end) => {
    const long = fc.string({
      unit: fc.constantFrom(...'aZ09+/=&é夜'),
      minLength: 8,
      maxLength: 150,
      size: 'max',
    });
    const any = fc.uint8Array({ maxLength: 120, size: 'max' });
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(long, any, any, cuts, (given, before, after, sizes) => {
        const texts = secretTexts([given]);
        const whole = Buffer.concat([before, Buffer.from(given), after]).toString(form);
        const broken = (whole.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).join(end);
        const masker = createSecretMasker(texts);
        let out = '';
        for (let at = 0, turn = 0; at < broken.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          out += masker.push(broken.slice(at, at + size));
          at += size;
        }
        out += masker.end();
        expect(out).toContain(mask);
        const left = Buffer.concat([before, after]).toString(form).length;
        expect(out.replace(mask, '').replace(/\s/g, '').length).toBeLessThanOrEqual(left + 4);
      }),
      { numRuns: sized({ short: 40, full: 100 }) },
    );
  });

  it('holds no line back that ends in a word, and keeps the lines of a text apart', () => {
    const masker = createSecretMasker(secretTexts(['abcdefgh']));
    const line = `${'many words '.repeat(10)}and abcd\n`;
    expect(masker.push(line)).toBe(line);
    expect(masker.push('efgh\n')).toBe('efgh\n');
  });

  it('covers who signs in and what is secret in addresses, and no name of a server or a database', () => {
    const texts = secretTexts([
      'postgresql://nightshift:p%40ssword@db.example/nightshift',
      'https://hooks.example/services/T0001/B0002/abcdefghijklmnop1234?key=hush-hush',
      'https://token-of-somebody@git.example/acme/site.git',
    ]);
    const shown = (text: string) => maskSecrets(text, texts);
    expect(shown('pw p%40ssword p@ssword')).toBe(`pw ${mask} ${mask}`);
    expect(shown(`Basic ${Buffer.from('nightshift:p@ssword').toString('base64')}`)).toBe(`Basic ${mask}`);
    expect(shown('POST /services/T0001/B0002/abcdefghijklmnop1234 and hush-hush')).toBe(
      `POST ${mask} and ${mask}`,
    );
    expect(shown('clone with token-of-somebody')).toBe(`clone with ${mask}`);
    expect(shown('nightshift db.example hooks.example acme/site.git')).toBe(
      'nightshift db.example hooks.example acme/site.git',
    );
  });

  it('takes as many steps as there are characters, however many secrets there are and whatever the text is', () => {
    const texts = secretTexts(Array.from({ length: 30 }, (_, index) => `${'a'.repeat(60)}${index}`));
    const growth = growthOf(
      (size) => 'a'.repeat(size),
      (text) => maskSecrets(text, texts),
    );
    expect(growth).toBeLessThan(1.5);
    const broken = growthOf(
      (size) => `${'YWFh'.repeat(19)}\n`.repeat(size / 77),
      (text) => maskSecrets(text, texts),
    );
    expect(broken).toBeLessThan(1.5);
  });

  it('costs a search a bounded number of states for each character of a secret', () => {
    const states = (length: number) =>
      secretTexts([`${'aB3/'.repeat(length / 4)}`]).reduce((sum, text) => sum + text.length, 0) / length;
    expect(states(40)).toBeLessThan(50);
    expect(states(400)).toBeLessThan(50);
  });
});

describe('A line', () => {
  it('of any length takes bounded memory, and both its ends are kept', () => {
    const splitter = createLineSplitter({ head: 10, tail: 5 });
    const lines = [...Array.from({ length: 100 }, () => 'x'.repeat(50)), 'the end\nnext\n'].flatMap((text) =>
      splitter.push(text),
    );
    expect(lines).toEqual(['xxxxxxxxxx … 4,992 characters left out … e end', 'next']);
  });
});

describe('An excerpt', () => {
  const excerptOf = (lines: readonly string[], bytes = 16 * 1024) => {
    const excerpt = createExcerpt({ first: 10, last: 20, lineLength: 2000, bytes });
    for (const line of lines) excerpt.add({ text: line });
    return excerpt.toString();
  };

  it('holds all of thirty lines, and the first ten and last twenty of more', () => {
    const lines = Array.from({ length: 1030 }, (_, index) => `line ${index}`);
    expect(excerptOf(lines.slice(0, 30))).toBe(lines.slice(0, 30).join('\n'));
    expect(excerptOf(lines).split('\n')).toEqual([
      ...lines.slice(0, 10),
      '… 1,000 lines left out …',
      ...lines.slice(-20),
    ]);
  });

  it('stays within its bytes, is well-formed, and keeps the end of the last line', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ä', '😀', ' '), maxLength: 400 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 45 }), fc.integer({ min: 200, max: 4000 }), (lines, bytes) => {
        const text = excerptOf(lines, bytes);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
        expect(text.isWellFormed()).toBe(true);
        expect(text.endsWith((lines.at(-1) ?? '').slice(-20).toWellFormed().replace('\ufffd', ''))).toBe(
          true,
        );
      }),
      { numRuns: sized({ short: 200, full: 500 }) },
    );
  });

  it('cuts the middle out of long lines', () => {
    expect(cutLine(`start${'-'.repeat(500)}end`, 100)).toMatch(/^start-+ … -+end$/);
    expect(cutLine('😀'.repeat(100), 51).isWellFormed()).toBe(true);
  });
});

describe("A step's log", () => {
  it('keeps the beginning and the end and says what is missing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nightshift-log-'));
    try {
      const path = join(directory, 'x.log');
      const file = await open(path, 'a');
      const log = createStepLog(file, () => {}, { head: 30, tail: 30 });
      for (let index = 0; index < 5000; index++) await log.write([`line ${index}`]);
      await log.end();
      await file.close();
      expect(readFileSync(path, 'utf8')).toBe(
        'line 0\nline 1\nline 2\nline 3\n[nightshift] 48,842 bytes left out here\nline 4998\nline 4999\n',
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('tells of a disk that refuses once and lets the command go on', async () => {
    const full = await open('/dev/full', 'a');
    const faults: unknown[] = [];
    const log = createStepLog(full, (error) => faults.push(error));
    await log.write(['one']);
    await log.write(['two']);
    await log.end();
    await full.close();
    expect(faults).toHaveLength(1);
  });
});
