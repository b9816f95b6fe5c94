import type { Command } from 'commander';
import type { Client, Person, PersonFilter, Principal } from '../../client/index.ts';
import { type PersonState, personStates, type Role, roles } from '../../contract/words/people.ts';
import { graphqlName } from '../../contract/words/words.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { printMore, take } from './list.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { collectOf, parseCount } from './parse.ts';
import { parseRole } from './parseGrant.ts';
import { personRows, waitingRows } from './personRows.ts';

interface ListOptions {
  name?: string;
  role?: Role;
  state?: PersonState[];
  waiting?: boolean;
  limit: number;
  output: Format;
}

/** `nightshift people list`. */
export function addPeopleList(people: Command, context: CliContext): void {
  people
    .command('list')
    .description('list people, newest first')
    .option('--name <text>', 'only those whose name contains this')
    .option('--role <role>', `only those with this role: ${roles.join(', ')}`, parseRole)
    .option(
      '--state <state>',
      `only those in this state: ${personStates.join(', ')}`,
      collectOf(personStates),
    )
    .option('--waiting', 'list the accounts that wait to be linked to a person instead')
    .option('-n, --limit <number>', 'maximum number of rows, up to 1000', parseCount(1000), 50)
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Roles in brackets come from a rule of the issuer, the others from an admin.`,
    )
    .action(({ name, role, state, waiting = false, limit, output }: ListOptions) =>
      withReader(context, async ({ client }) => {
        if (waiting) return listWaiting(context, client, { limit, output });
        const filter: PersonFilter = {
          ...(name === undefined ? {} : { label: name }),
          ...(role === undefined ? {} : { role: graphqlName(role) }),
          ...(state === undefined ? {} : { states: state.map(graphqlName) }),
        };
        const { rows, more } = await take(client.walkPeople(filter, pageOf(limit)), limit);
        printRows<Person>(context, rows, personRows, output);
        if (more) printMore(context, rows.length);
        const waits = await take(client.walkWaitingPrincipals({ pageSize: 1 }), 1);
        if (waits.rows.length > 0)
          context.print('Some accounts wait to be linked to a person: nightshift people list --waiting');
      }),
    );
}

/** One row more says whether there are more. */
const pageOf = (limit: number) => ({ pageSize: Math.min(200, limit + 1) });

async function listWaiting(
  context: CliContext,
  client: Client,
  { limit, output }: Pick<ListOptions, 'limit' | 'output'>,
): Promise<void> {
  const { rows, more } = await take(client.walkWaitingPrincipals(pageOf(limit)), limit);
  printRows<Principal>(context, rows, waitingRows, output);
  if (more) printMore(context, rows.length);
}
