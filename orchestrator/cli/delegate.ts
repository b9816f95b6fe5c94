import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { showTime } from '../text/showTime.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { nameArguments } from './nameArguments.ts';
import { parseTime } from './parse.ts';

interface DelegateOptions {
  until?: string;
  end?: boolean;
  from?: string;
}

/** `nightshift people delegate`. */
export function addDelegate(people: Command, context: CliContext): void {
  people
    .command('delegate')
    .argument('<person>', 'who decides for you, with a role to approve of their own')
    .description('let another approver decide where policies name you, or end that')
    .option('--until <time>', 'until when, at most 90 days from now, e.g. 2026-12-24', parseTime)
    .option('--end', 'end it now')
    .option('--from <person>', 'with --end: whose delegate that is, if not yours; needs the admin scope')
    .addHelpText(
      'after',
      `
The vote is theirs, and on record as for you. It counts once for both of you,
and never for your own work or theirs where that is excluded.

Example:
  nightshift people delegate bob@example.org --until 2026-12-24`,
    )
    .action((to: string, { until, end = false, from }: DelegateOptions) => {
      if (end === (until !== undefined) || (from !== undefined && !end))
        throw new UserError('Pass either --until <time>, or --end.', 2);
      return withConnection(context, async ({ client }) => {
        const answer =
          until === undefined
            ? await client.endDelegation({ to, ...(from === undefined ? {} : { from }) })
            : await client.delegate({ to, until });
        const made = nameArguments(argumentNames, () => expectType(answer, 'Delegation'));
        const what = until === undefined ? 'no longer decides' : 'decides';
        const end = until === undefined ? '' : ` until ${showTime(made.until)}`;
        context.stdout.write(`${made.delegate} ${what} for ${made.person}${end}\n`);
      });
    });
}

const argumentNames = new Map([
  ['to', 'person'],
  ['until', '--until'],
  ['from', '--from'],
]);
