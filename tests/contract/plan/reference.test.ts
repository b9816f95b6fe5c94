import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type * as z from 'zod';
import type { PlanDefinition } from '../../../contract/plan/definition.ts';
import type { planFile } from '../../../contract/plan/plan.ts';
import { printDefinition } from '../../../contract/plan/printDefinition.ts';
import { tableNames, tablesIn, withReference } from '../../../contract/plan/reference.ts';

const pages = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(`docs/${name}`, 'utf8'));

it('The docs have each table of options once, as the options are now; "npm run generate" writes them', () => {
  expect(pages.flatMap(tablesIn).sort()).toEqual([...tableNames].sort());
  for (const page of pages) expect(withReference(page)).toBe(page);
});

it('A mark that names no table is refused', () => {
  const page = '<!-- generated from contract/plan: toString -->\n<!-- end of generated -->';
  expect(() => withReference(page)).toThrow('No table of options is called "toString".');
});

it('The types that editors show are those of the schema, as the options are now', () => {
  expect(readFileSync('contract/plan/definition.ts', 'utf8')).toBe(printDefinition());
  type Input = z.input<typeof planFile>;
  const there = (plan: Input): PlanDefinition => plan;
  const back = (plan: PlanDefinition): Input => plan;
  expect([there, back]).toHaveLength(2);
});
