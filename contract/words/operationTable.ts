import { markdownTable } from '../text/markdownTable.ts';
import { doorsOf, type Operation, operationFacts, operations } from './operations.ts';

const begin = '<!-- generated from contract/words/operations.ts -->';
const end = '<!-- end of generated -->';

/** Writes the table of operations anew in a page that has its two marks. @throws when the second is missing */
export function withOperations(page: string): string {
  const [before = '', block] = page.split(begin);
  if (block === undefined) return page;
  const ended = block.indexOf(end);
  if (ended === -1) throw new Error('The table of operations has no end mark.');
  return `${before}${begin}\n\n${markdownTable([heads, ...operations.map(rowOf)])}\n\n${block.slice(ended)}`;
}

const heads = ['operation', 'GraphQL', 'REST', 'scope', ''];

function rowOf(operation: Operation): string[] {
  const { field, routes } = doorsOf(operation);
  const { scope } = operationFacts[operation];
  const shown = scope === 'open' ? 'none' : code(scope);
  return [
    code(operation),
    field === undefined ? '' : code(field),
    routes.map(code).join(', '),
    shown,
    moreOf(operation),
  ];
}

function moreOf(operation: Operation): string {
  const facts = operationFacts[operation];
  if (facts.scope === 'open') return facts.because;
  const also = 'also' in facts ? `${code(facts.also.scope)} too if ${facts.also.when}` : '';
  const work = 'work' in facts ? [`${code('work')} is enough`, facts.work].join(' ').trim() : '';
  return [also, work].filter(Boolean).join('; ');
}

function code(text: string): string {
  return `\`${text}\``;
}
