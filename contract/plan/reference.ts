import { ownValue } from '../ownValue.ts';
import { markdownTable } from '../text/markdownTable.ts';
import { approvalOptions } from './approvalPolicy.ts';
import { conditionOptions } from './condition.ts';
import type { Option, Options } from './option.ts';
import { planOptions } from './plan.ts';
import { runAsOptions } from './runAs.ts';
import { stepOptions } from './step.ts';

/** The tables of the reference, by the names that the marks in the docs give them. */
const tables: Readonly<Record<string, { heads: readonly string[]; options: Options }>> = {
  plan: { heads: ['option', 'default', ''], options: planOptions },
  step: { heads: ['option', 'default', ''], options: stepOptions },
  runAs: { heads: ['option', 'default', ''], options: runAsOptions },
  approval: { heads: ['option', 'default', ''], options: approvalOptions },
  when: { heads: ['in `when`', 'holds if'], options: conditionOptions },
};

const begin = '<!-- generated from contract/plan: ';
const end = '<!-- end of generated -->';

/** Writes the tables of options anew in a page, each between its two marks. @throws when a mark names no table or has no end */
export function withReference(page: string): string {
  const [before = '', ...blocks] = page.split(begin);
  const written = blocks.map((block) => {
    const name = nameOf(block);
    const table = ownValue(tables, name);
    if (table === undefined) throw new Error(`No table of options is called "${name}".`);
    const ended = block.indexOf(end);
    if (ended === -1) throw new Error(`The table of options "${name}" has no end mark.`);
    const { heads, options } = table;
    const rows = Object.entries(options).map(([option, one]) =>
      heads.length === 2 ? [`\`${option}\``, one.text] : [`\`${option}\``, defaultOf(one), one.text],
    );
    return `${begin}${name} -->\n\n${markdownTable([heads, ...rows])}\n\n${block.slice(ended)}`;
  });
  return before + written.join('');
}

/** Names the tables that a page has. */
export function tablesIn(page: string): string[] {
  return page.split(begin).slice(1).map(nameOf);
}

function nameOf(block: string): string {
  return block.slice(0, block.indexOf(' -->'));
}

/** The names of all tables. */
export const tableNames: readonly string[] = Object.keys(tables);

/** Writes the default of an option in Markdown; empty where it has none. */
export function defaultOf({ file, fallback, shownDefault }: Option): string {
  if (shownDefault !== undefined) return shownDefault;
  const value = file.safeParse(undefined).data ?? fallback;
  if (value === undefined) return '';
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
    ? 'none'
    : `\`${literal(value)}\``;
}

/** Writes a value as a plan file has it. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${literal(field)}`);
  return `{ ${fields.join(', ')} }`;
}
