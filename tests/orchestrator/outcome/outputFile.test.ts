import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../contract/text/decodeText.ts';
import { readOutputFile } from '../../../orchestrator/outcome/outputFile.ts';

describe('The output file of a step', () => {
  it('holds pairs, of which the last of a key counts, and values of several lines', () => {
    const text = 'a=1\r\na = 2\nb.c-d=x=y \n\nnotes<<END\n one\n\nb=2\nEND\na=3\nempty=\nnone<<E\nE';
    const { outputs, remarks } = readOutputFile(text);
    expect(outputs).toEqual({ a: '3', 'b.c-d': 'x=y', notes: ' one\n\nb=2', empty: '', none: '' });
    expect(remarks).toEqual([expect.stringMatching(/^line 2 of the output file is no output.*: a = 2$/)]);
  });

  it.each(['version = 3', '3d=yes', 'just words', 'größe=3', '=x'])(
    'tells that "%s" is no output',
    (line) => {
      const { outputs, remarks } = readOutputFile(`a=1\n${line}\nb=2`);
      expect(outputs).toEqual({ a: '1', b: '2' });
      expect(remarks).toEqual([expect.stringContaining(`line 2 of the output file is no output`)]);
    },
  );

  it('tells of a value without its last line, and of keys that would be one variable', () => {
    const { outputs, remarks } = readOutputFile('my-key=1\nmy_key=2\nMY.KEY=3\nmy-key=4\nlog<<END\nx=1\n');
    expect(outputs).toEqual({ 'my-key': '4' });
    expect(remarks).toEqual([
      'output "my_key" was left out: it makes the same variable as "my-key"',
      'output "MY.KEY" was left out: it makes the same variable as "my-key"',
      'output "log" and what follows it were left out: its line "END" is missing',
    ]);
  });

  it('tells of many wrong lines in few', () => {
    const { remarks } = readOutputFile('no output\n'.repeat(500));
    expect(remarks).toHaveLength(11);
    expect(remarks.at(-1)).toBe('490 more lines of the output file are no outputs');
  });

  const text = 'version=3\nname=Müller ✓\n';
  const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-8 with a mark before each line', Buffer.from(text.replace(/^(?=.)/gm, '\uFEFF'))],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['UTF-16 with a mark, as PowerShell writes it', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['big-endian UTF-16 with a mark', swapped(Buffer.from(`\uFEFF${text}`, 'utf16le'))],
    ['big-endian UTF-16', swapped(Buffer.from(text, 'utf16le'))],
  ])('is read in %s', (_encoding, bytes) => {
    expect(readOutputFile(decodeText(bytes))).toEqual({
      outputs: { version: '3', name: 'Müller ✓' },
      remarks: [],
    });
  });

  it('is read whatever it holds, and gives back every pair that it was given', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readOutputFile(decodeText(bytes))));
    const value = fc.string({ unit: 'binary' }).map((one) => one.replace(/[\r\uFEFF]/g, '').toWellFormed());
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), value), (given) => {
        const written = Object.entries(given).map(([key, one]) => `${key}<<THE END\n${one}\nTHE END\n`);
        fc.pre(Object.values(given).every((one) => !one.split('\n').includes('THE END')));
        const { outputs, remarks } = readOutputFile(decodeText(Buffer.from(written.join(''))));
        expect(outputs).toEqual(given);
        expect(remarks).toEqual([]);
      }),
    );
  });
});
