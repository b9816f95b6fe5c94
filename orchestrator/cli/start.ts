import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { plural } from '../../contract/text/plural.ts';
import { shellWord } from '../../contract/text/shellWord.ts';
import { hasPlanFile } from '../plan/loadPlan.ts';
import { planArgument } from '../plan/planArgument.ts';
import { planInput } from '../plan/planInput.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import { atHome } from '../project/atHome.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { printFrozen } from './freeze.ts';
import { nameArguments } from './nameArguments.ts';
import { loadOwnPlan } from './ownPlan.ts';
import { collect, parsePair } from './parse.ts';
import { printUnclaimed } from './printUnclaimed.ts';
import { planOption, wantedPlan } from './wantedPlan.ts';
import { watchRun } from './watch.ts';

interface StartOptions {
  plan?: string;
  runId?: string;
  only?: string[];
  input?: Record<string, string>;
  watch?: boolean;
}

/** `nightshift start`: starts a run whose tasks workers take. */
export function addStart(program: Command, context: CliContext): void {
  program
    .command('start [plan]')
    .description('queue a run of a plan for workers')
    .addOption(planOption())
    .option('--run-id <id>', 'the ID of the run; the same ID again starts nothing')
    .option('--only <task>', 'only this step; repeatable', collect)
    .option('--input <key=value>', 'an input of the run; repeatable', parsePair)
    .option('--watch', 'follow the run until it has finished')
    .addHelpText(
      'after',
      '\nThe run waits until a worker takes its tasks: see "nightshift worker --help".\n\nExamples:\n  nightshift start\n  nightshift start deploy --run-id deploy-42 --input version=1.2.3\n  nightshift start acme/site:nightly',
    )
    .action(async (name: string | undefined, options: StartOptions) => {
      const config = context.config();
      const wanted = wantedPlan(name, options.plan);
      // Without a file of the plan, the one is meant that a worker has registered by this name.
      const isHere = options.plan !== undefined || (await hasPlanFile(wanted, context.directory));
      const plan = isHere ? await loadOwnPlan(context, wanted) : undefined;
      await withConnection(
        context,
        async (connection) => {
          const { client } = connection;
          const content = plan && planArgument(planInput(plan, secretsOf(config, plan)));
          const request = {
            ...(options.runId === undefined ? {} : { runId: options.runId }),
            ...(options.only === undefined ? {} : { steps: options.only }),
            ...(options.input === undefined ? {} : { inputs: options.input }),
          };
          const home = plan && (await createHomeFinder(config.project)(plan));
          const answer = await atHome(home, (whose) =>
            client.startRun({
              ...request,
              from: content ? { definition: { content, home: whose } } : { plan: wanted },
            }),
          );
          const run = nameArguments(argumentNames, () => expectType(answer, 'Run'));
          context.stdout.write(`${run.runId}\n`);
          if (options.watch) return watchRun(context, connection, run.runId);
          const { total } = run.counts;
          context.print(
            `Queued ${plural(total, 'task')}. Follow the run with: nightshift watch ${shellWord(run.runId)}`,
          );
          await printFrozen(context, client);
          await printUnclaimed(context, client, [run.runId]);
        },
        plan ? 'begin' : 'act',
      );
    });
}

const argumentNames = new Map([
  ['plan', 'plan'],
  ['definition', 'plan'],
  ['home', 'plan'],
  ['runId', '--run-id'],
  ['steps', '--only'],
  ['inputs', '--input'],
]);
