import type { Command } from 'commander';
import { loadPlan } from '../plan/loadPlan.ts';
import type { Step } from '../plan/schema.ts';
import { nextRunOf } from '../schedule.ts';
import { commandLine } from './commandLine.ts';
import type { CliContext } from './context.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';

/** `nightshift plan`: looks at plan files. */
export function addPlan(program: Command, context: CliContext): void {
  const plan = program.command('plan').description('look at a plan: what it runs, whether it is valid');
  plan
    .command('show [plan]', { isDefault: true })
    .description('show the steps and the schedule of a plan')
    .addOption(outputOption())
    .action(async (name: string | undefined, { output }: { output: Format }) => {
      const loaded = await loadPlan(name ?? 'nightly', context.directory);
      const next = nextRunOf(loaded);
      const when = loaded.schedule === undefined ? 'by hand only' : `${loaded.schedule} ${loaded.timezone}`;
      if (output === 'table')
        context.say(`${loaded.name}: ${when}${next === null ? '' : `, next ${next.toISOString()}`}`);
      printRows<Step>(context, loaded.steps, stepPrinter, output);
    });
  plan
    .command('validate [plan]')
    .description('check a plan without running anything')
    .action(async (name: string | undefined) => {
      const { file, steps } = await loadPlan(name ?? 'nightly', context.directory);
      context.stdout.write(`${file} is valid: ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}\n`);
    });
  plan.addHelpText(
    'after',
    '\nExamples:\n  nightshift plan show\n  nightshift plan validate ./weekly.plan.ts',
  );
}

const stepPrinter: Printer<Step> = {
  empty: '',
  columns: [
    { head: 'TASK', show: ({ task }) => task },
    { head: 'COMMAND', show: ({ cmd }) => commandLine(cmd) },
    { head: 'TIMEOUT', show: ({ timeout }) => timeout },
    { head: 'APPROVAL', show: ({ approval }) => approval },
  ],
  fields: {
    task: ({ task }) => task,
    cmd: ({ cmd }) => cmd,
    env: ({ env }) => env,
    secrets: ({ secrets }) => secrets,
    cwd: ({ cwd }) => cwd ?? null,
    timeout: ({ timeout }) => timeout,
    grace: ({ grace }) => grace,
    approval: ({ approval }) => approval,
    repo: ({ repo }) => repo ?? null,
  },
};
