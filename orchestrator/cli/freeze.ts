import type { Command } from 'commander';
import { type Client, expectType } from '../../client/index.ts';
import { lineOf } from '../terminal.ts';
import { describeFrozen } from '../text/describeFrozen.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { nameArguments } from './nameArguments.ts';

/** `nightshift freeze`: has nothing start on the whole server. */
export function addFreeze(program: Command, context: CliContext): void {
  program
    .command('freeze')
    .description('start nothing on the whole server until it is thawed')
    .requiredOption('-w, --why <reason>', 'why, shown to everybody')
    .addHelpText(
      'after',
      `
Once this returns, no task starts on any server of the database, and no
approved pull request is merged or labelled. Running commands end normally, and
their results are recorded. Runs can be started and approvals decided: what
they release waits. Scheduled runs are recorded as paused and not caught up
later. Restarts change nothing. The audit log records it.

Examples:
  nightshift freeze --why "incident 17: the registry is down"
  nightshift thaw`,
    )
    .action(({ why }: { why: string }) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.freeze({ why });
        const frozen = nameArguments(argumentNames, () => expectType(answer, 'Freeze'));
        context.stdout.write(`${lineOf(describeFrozen(frozen))}\n`);
      }),
    );
}

const argumentNames = new Map([['why', '--why']]);

/** `nightshift thaw`: ends a freeze. */
export function addThaw(program: Command, context: CliContext): void {
  program
    .command('thaw')
    .description('end a freeze: what waited starts')
    .option('-m, --note <note>', 'a note for the audit log')
    .addHelpText(
      'after',
      `
Anybody with the scope "operate" may end a freeze, whoever began it.

Example:
  nightshift thaw --note "the registry is back"`,
    )
    .action(({ note }: { note?: string }) =>
      withConnection(context, async ({ client }) => {
        const { freeze } = expectType(await client.thaw({ note: note ?? null }), 'ThawedServer');
        context.stdout.write(freeze ? 'Thawed: what waited starts.\n' : 'The server is not frozen.\n');
      }),
    );
}

/** Says that the server is frozen, if it is: whoever looks at tasks may wonder why none starts. */
export async function printFrozen(
  { print }: Pick<CliContext, 'print'>,
  client: Pick<Client, 'presentFreeze'>,
): Promise<void> {
  // What was asked for is shown also to who may not read this.
  const frozen = await client.presentFreeze().catch(() => null);
  if (frozen) print(lineOf(describeFrozen(frozen)));
}
