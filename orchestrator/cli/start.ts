import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { loadPlan } from '../plan/loadPlan.ts';
import { planInput } from '../plan/planInput.ts';
import { chooseRunId } from '../run/runId.ts';
import { secretsOf } from '../run/startRun.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { collect, parsePair } from './parse.ts';

interface StartOptions {
  plan?: string;
  runId?: string;
  only?: string[];
  input?: Record<string, string>;
}

/** `nightshift start`: starts a run whose tasks workers take. */
export function addStart(program: Command, context: CliContext): void {
  program
    .command('start [plan]')
    .description('start a run of a plan, for workers to carry out')
    .option('--plan <file>', 'the file of the plan, instead of its name')
    .option('--run-id <id>', 'the id of the run; the same id again starts nothing')
    .option('--only <task>', 'only this step; may be repeated', collect)
    .option('--input <key=value>', 'what the run is given; may be repeated', parsePair)
    .addHelpText(
      'after',
      '\nThe run waits until a worker takes its tasks: see "nightshift worker --help".\n\nExamples:\n  nightshift start\n  nightshift start deploy --run-id deploy-42 --input version=1.2.3',
    )
    .action(async (name: string | undefined, options: StartOptions) => {
      const config = context.config();
      const plan = await loadPlan(options.plan ?? name ?? 'nightly', context.directory);
      await withConnection(context, async ({ client }) => {
        const exists = async (id: string) => (await client.run(id)) !== null;
        const runId = options.runId ?? (await chooseRunId(plan.name, new Date(), config.dataDir, exists));
        const run = expectType(
          await client.startRun({
            ...{ runId, plan: planInput(plan, secretsOf(config, plan)) },
            ...(options.only === undefined ? {} : { steps: options.only }),
            ...(options.input === undefined ? {} : { inputs: options.input }),
          }),
          'Run',
        );
        context.stdout.write(`${run.runId}\n`);
        context.say(`${run.counts.total} tasks; see them with: nightshift list --run ${run.runId}`);
      });
    });
}
