import { markdownTable } from '../text/markdownTable.ts';
import { type CommandName, commandNames, operationsOf, scopesOf } from './commands.ts';
import { doorsOf, type Operation, operationFacts, operations } from './operations.ts';

/** The tables, by the files that the marks in the docs name. */
const tables: readonly { file: string; rows: () => string[][] }[] = [
  {
    file: 'contract/words/operations.ts',
    rows: () => [['operation', 'GraphQL', 'REST', 'scope', ''], ...operations.map(rowOf)],
  },
  {
    file: 'contract/words/commands.ts',
    rows: () => [['command', 'scopes', 'asks for', 'may ask for'], ...commandNames.map(rowOfCommand)],
  },
];

const end = '<!-- end of generated -->';

/** Writes the tables of operations and of commands anew in a page that has their marks. @throws when an end is missing */
export function withOperations(page: string): string {
  return tables.reduce((text, { file, rows }) => {
    const begin = `<!-- generated from ${file} -->`;
    const [before = '', block] = text.split(begin);
    if (block === undefined) return text;
    const ended = block.indexOf(end);
    if (ended === -1) throw new Error(`The table from ${file} has no end mark.`);
    return `${before}${begin}\n\n${markdownTable(rows())}\n\n${block.slice(ended)}`;
  }, page);
}

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
  const own = 'own' in facts ? `being signed in is enough for ${facts.own}` : '';
  return [also, work, own].filter(Boolean).join('; ');
}

function rowOfCommand(command: CommandName): string[] {
  const { asks, mayAsk = [] } = operationsOf(command);
  return [command, scopesOf(command), asks, mayAsk].map((words) => [words].flat().map(code).join(', '));
}

function code(text: string): string {
  return `\`${text}\``;
}
