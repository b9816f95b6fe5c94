import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operations } from '../../../contract/words/operations.ts';
import { withOperations } from '../../../contract/words/operationTable.ts';

it('The page about security has every operation with its scope; "npm run generate" writes them', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  expect(withOperations(page)).toBe(page);
  expect(operations.filter((operation) => !page.includes(`\n| \`${operation}\` `))).toEqual([]);
});

it('A table of operations without an end is refused', () => {
  const page = '<!-- generated from contract/words/operations.ts -->';
  expect(() => withOperations(page)).toThrow('The table of operations has no end mark.');
});
