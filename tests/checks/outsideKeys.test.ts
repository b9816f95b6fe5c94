import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findOutsideKeys } from '../support/outsideKeys.ts';
import { tempDir } from '../support/tempDir.ts';

const program = `declare const given: string;
declare const word: 'a' | 'b';
const names: Record<string, number> = {};
const closed = { a: 1, b: 2 };
export const wrong = [names[given], names[\`x\${given}\`], given in closed];
export const right = [closed[word], names['a'], [1][0], new Map([['a', 1]]).get(given), 'a' in closed];
export const write = () => { names[given] = 1; };
`;

describe('the search for objects that are indexed by any text', () => {
  it('finds reading, asking and writing, and leaves names of a closed set, literals and numbers alone', () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'program.ts'), program);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      '{"compilerOptions":{"strict":true,"target":"es2024","types":[]}}',
    );
    const found = findOutsideKeys(join(folder, 'tsconfig.json'), (file) => file.endsWith('program.ts'));
    expect(found.map((place) => place.replace(/^.*program\.ts:/, ''))).toEqual([
      '5: names[given]',
      `5: names[${'`x$'}{given}\`]`,
      '5: given in closed',
      '7: names[given]',
    ]);
  });
});
