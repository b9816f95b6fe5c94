import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { nameArguments } from './nameArguments.ts';
import { planOption, wantedName } from './wantedPlan.ts';

/** `nightshift plan trust`: sets the repositories that a plan trusts. */
export function addTrust(plan: Command, context: CliContext): void {
  plan
    .command('trust')
    .argument('[name]', 'the plan, unless --plan names its file')
    .argument('[origin...]', 'the repositories')
    .usage('[options] <name> <origin...>')
    .description('set the repositories that a plan trusts, replacing the earlier ones')
    .addOption(planOption())
    .addHelpText(
      'after',
      `
Pull requests of these repositories can approve or reject tasks of the plan. By
default it is the repository of the first worker. You need a key with the admin
scope. The audit log records it.

Examples:
  nightshift plan trust nightly github.com/acme/site
  nightshift plan trust nightly "$(git remote get-url origin)" \\
    github.com/acme/tools`,
    )
    .action(async (first: string | undefined, rest: string[], { plan: file }: { plan?: string }) => {
      // With a file every argument is a repository.
      const name = await wantedName(context, file === undefined ? first : undefined, file);
      const origins = file === undefined || first === undefined ? rest : [first, ...rest];
      if (origins.length === 0)
        throw new UserError('Pass at least one repository, such as github.com/acme/site.', 2);
      await withConnection(context, async ({ client }) => {
        const answer = await client.trustOrigins({ plan: name, origins });
        const said = nameArguments(argumentNames, () => expectType(answer, 'PlanOrigins'));
        const before = said.before.length === 0 ? 'none' : said.before.join(', ');
        context.stdout.write(`${name} trusts ${said.origins.join(', ')} (before: ${before})\n`);
      });
    });
}

const argumentNames = new Map([
  ['plan', 'name'],
  ['origins', 'origin'],
]);
