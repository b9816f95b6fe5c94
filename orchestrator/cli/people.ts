import type { Command } from 'commander';
import { expectType, type Person } from '../../client/index.ts';
import { identityKey } from '../../contract/people/identityKey.ts';
import { graphqlName, wordOf } from '../../contract/words/words.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { addDelegate } from './delegate.ts';
import { giveFirstRole } from './firstRole.ts';
import { addForgetPerson } from './forgetPerson.ts';
import { nameArguments } from './nameArguments.ts';
import { collectGrants, type WantedGrant } from './parseGrant.ts';
import { addPeopleList } from './peopleList.ts';
import { nameOf, rolesGiven } from './personRows.ts';

/** `nightshift people`: who may sign in, and as whom. */
export function addPeople(program: Command, context: CliContext): void {
  const people = program.command('people').description('manage who may sign in, and with which roles');
  addPeopleList(people, context);
  addRole(people, context);
  addRemove(people, context);
  addForgetPerson(people, context);
  addLink(people, context);
  addUnlink(people, context);
  addDelegate(people, context);
  people.addHelpText(
    'after',
    `
All but delegate needs the admin scope. Only an admin who is a person gives
roles, links accounts and forgets people, so sign in first: nightshift login. A
key that several may hold is not enough for that.`,
  );
}

function addRole(people: Command, context: CliContext): void {
  people
    .command('role')
    .argument('<person>', 'an address, github:login, or the number of a person')
    .argument(
      '[roles...]',
      'all roles from now on: viewer, operator, approver, admin, or approver@acme/site',
      collectGrants,
    )
    .description('set the roles of a person; this lets somebody in who is new or was removed')
    .option('--none', 'take all roles')
    .option('--last-admin', 'do it even if no admin is left')
    .option(
      '--bootstrap',
      'write it into the database itself: for the first admin, or when nobody can come in',
    )
    .addHelpText(
      'after',
      `
Rules of the issuer may give a person more roles than these.

Examples:
  nightshift people role ann@example.org operator approver@acme/site
  nightshift people role ann@example.org admin --bootstrap`,
    )
    .action((person: string, given: WantedGrant[] | undefined, options: RoleOptions) =>
      setRole(context, person, given, options),
    );
}

interface RoleOptions {
  none?: boolean;
  lastAdmin?: boolean;
  bootstrap?: boolean;
}

async function setRole(
  context: CliContext,
  person: string,
  wanted: readonly WantedGrant[] = [],
  { none = false, lastAdmin = false, bootstrap = false }: RoleOptions,
): Promise<void> {
  if (none === wanted.length > 0) throw new UserError('Pass at least one role, or --none.', 2);
  if (bootstrap) {
    const { label, grants, where } = await giveFirstRole(
      context,
      { person, grants: wanted, lastAdmin },
      argumentNames,
    );
    context.stdout.write(`${label ?? person} is now: ${grants.join(', ') || 'without a role'}\n`);
    context.print(`It is in ${where}.`);
    return;
  }
  await withConnection(context, async ({ client }) => {
    const grants = wanted.map(({ role, project }) => ({
      role: graphqlName(role),
      ...(project ? { project } : {}),
    }));
    const answer = await client.setRole({ person, grants, ...(lastAdmin ? { lastAdmin } : {}) });
    const set = nameArguments(argumentNames, () => expectType(answer, 'Person'));
    context.stdout.write(`${nameOf(set)} is now: ${rolesGiven(set).join(', ') || 'without a role'}\n`);
    if (set.state === 'INVITED') context.print('They can sign in from now on.');
  });
}

function addRemove(people: Command, context: CliContext): void {
  people
    .command('remove')
    .argument('<person>', 'the person, as "nightshift people list" shows it')
    .description('remove a person: within 5 seconds their sessions and keys work nowhere')
    .option('--last-admin', 'do it even if no admin is left')
    .action((person: string, { lastAdmin = false }: RoleOptions) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.removePerson({ person, ...(lastAdmin ? { lastAdmin } : {}) });
        const removed = nameArguments(argumentNames, () => expectType(answer, 'Person'));
        context.stdout.write(`Removed ${nameOf(removed)}\n`);
        context.print(`To let them in again, give a role: nightshift people role ${nameOf(removed)} viewer`);
      }),
    );
}

function addLink(people: Command, context: CliContext): void {
  people
    .command('link')
    .argument('<account>', 'the number of the account, its address, or github:login')
    .argument('<person>', 'whom it signs in as from now on')
    .description('link an account to a person')
    .addHelpText(
      'after',
      `
The account may wait, or belong to another person. If that one has no account
left, both were one person: it is removed, and what it did counts as the same
person's. Nobody links what is their own.

Examples:
  nightshift people list --waiting
  nightshift people link 7 ann@example.org
  nightshift people link github:ann ann@example.org`,
    )
    .action((principal: string, person: string) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.linkPerson({ principal, person });
        const linked = nameArguments(argumentNames, () => expectType(answer, 'Person'));
        context.stdout.write(`Linked ${accountIn(linked, principal)} to ${nameOf(linked)}\n`);
      }),
    );
}

function addUnlink(people: Command, context: CliContext): void {
  people
    .command('unlink')
    .argument('<account>', 'the number of the account, its address, or github:login')
    .description('take an account from its person: it is signed out, and waits to be linked')
    .action((principal: string) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.unlinkPerson(principal);
        const { label, databaseId } = nameArguments(argumentNames, () => expectType(answer, 'Principal'));
        context.stdout.write(`Unlinked ${label} (account ${databaseId})\n`);
      }),
    );
}

/** Names the account of a person that was given by its number or its name. */
function accountIn({ principals }: Pick<Person, 'principals'>, given: string): string {
  const name = identityKey(given);
  const found = principals.find(
    ({ databaseId, kind, label }) =>
      String(databaseId) === name.replace(/^#/, '') ||
      identityKey(kind === 'GITHUB' ? `github:${label}` : label) === name,
  );
  return found ? `${found.label} (account ${found.databaseId}, ${wordOf(found.kind)})` : given;
}

const argumentNames = new Map([
  ['person', 'person'],
  ['principal', 'account'],
  ['grants', 'roles'],
]);
