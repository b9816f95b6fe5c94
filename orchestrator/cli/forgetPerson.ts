import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { canAsk, confirm } from './confirm.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { nameArguments } from './nameArguments.ts';

/** `nightshift people forget`: empties a person but for the number. */
export function addForgetPerson(people: Command, context: CliContext): void {
  people
    .command('forget')
    .argument('<person>', 'the person, as "nightshift people list" shows it')
    .description('forget a person: remove them, and replace their name by a number; cannot be undone')
    .option('--last-admin', 'do it even if no admin is left')
    .option('-y, --yes', 'do not ask for confirmation; required without a terminal')
    .addHelpText(
      'after',
      `
The audit log keeps what they did, as "forgotten person" and a number. What
cannot be reached from here, such as notes, backups and plan files, is listed.

Example:
  nightshift people forget ann@example.org`,
    )
    .action(
      async (person: string, { lastAdmin = false, yes = false }: { lastAdmin?: boolean; yes?: boolean }) => {
        if (!yes && !canAsk(context)) throw new UserError('Not a terminal: pass --yes to confirm.', 2);
        if (!yes) await confirm(context, `Forget ${person}? This cannot be undone.`, 'Nothing was changed.');
        await withConnection(context, async ({ client }) => {
          const answer = await client.forgetPerson({ person, ...(lastAdmin ? { lastAdmin } : {}) });
          const { person: number, left } = nameArguments(argumentNames, () =>
            expectType(answer, 'ForgottenPerson'),
          );
          context.stdout.write(`Forgot ${person}, who is now person ${number}\n`);
          if (left.length === 0) return;
          context.print('The name may still stand here, where it cannot be reached from:');
          for (const one of left) context.print(`- ${one}`);
        });
      },
    );
}

const argumentNames = new Map([
  ['person', '<person>'],
  ['lastAdmin', '--last-admin'],
]);
