import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellWord } from '../../../contract/text/shellWord.ts';

it('A word that people copy is plain where it can be, and what a shell reads as that text', () => {
  expect(shellWord('nightly-2025-01-15')).toBe('nightly-2025-01-15');
  expect(shellWord("it's; echo hi")).toBe(`'it'\\''s; echo hi'`);
  const texts = fc.sample(fc.string({ unit: fc.constantFrom(...`ab '"$();|&\\\n\`*~#-`) }), 200);
  const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${texts.map(shellWord).join(' ')}`]);
  expect(said.toString().split('\0').slice(0, -1)).toEqual(texts);
});
