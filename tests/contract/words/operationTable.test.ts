import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commandNames } from '../../../contract/words/commands.ts';
import { operations } from '../../../contract/words/operations.ts';
import { withOperations } from '../../../contract/words/operationTable.ts';

it('The page about security has every operation and every command with its scopes; "npm run generate" writes them', () => {
  const page = readFileSync('docs/security.md', 'utf8');
  expect(withOperations(page)).toBe(page);
  const rows = [...operations, ...commandNames];
  expect(rows.filter((row) => !page.includes(`\n| \`${row}\` `))).toEqual([]);
});

it('A table of operations without an end is refused', () => {
  const page = '<!-- generated from contract/words/operations.ts -->';
  expect(() => withOperations(page)).toThrow('The table from contract/words/operations.ts has no end mark.');
});
