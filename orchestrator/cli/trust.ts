import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { withConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { nameArguments } from './nameArguments.ts';
import { planOption, wantedName } from './wantedPlan.ts';

/** `nightshift plan trust`: says which repositories the work of a plan belongs to. */
export function addTrust(plan: Command, context: CliContext): void {
  plan
    .command('trust')
    .argument('[name]', 'the plan, unless --plan names its file')
    .argument('[origin...]', 'the repositories')
    .usage('[options] <name> <origin...>')
    .description('say which repositories the work of a plan belongs to, in place of those before')
    .addOption(planOption())
    .addHelpText(
      'after',
      `
What happens at a pull request of these repositories may approve or reject tasks
of the plan. Without this it is the first repository that a worker came with. It
needs a key with the admin scope, and is on record.

Examples:
  nightshift plan trust nightly github.com/acme/site
  nightshift plan trust nightly "$(git remote get-url origin)" \\
    github.com/acme/tools`,
    )
    .action(async (first: string | undefined, rest: string[], { plan: file }: { plan?: string }) => {
      // With a file every argument is a repository.
      const name = await wantedName(context, file === undefined ? first : undefined, file);
      const origins = file === undefined || first === undefined ? rest : [first, ...rest];
      if (origins.length === 0) throw new UserError('Say at least one repository: github.com/acme/site', 2);
      await withConnection(context, async ({ client }) => {
        const answer = await client.trustOrigins({ plan: name, origins });
        const said = nameArguments(argumentNames, () => expectType(answer, 'PlanOrigins'));
        const before = said.before.length === 0 ? 'none' : said.before.join(', ');
        context.stdout.write(`${name} belongs to ${said.origins.join(', ')} (before: ${before})\n`);
      });
    });
}

const argumentNames = new Map([
  ['plan', 'name'],
  ['origins', 'origin'],
]);
