import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { nameArguments } from './nameArguments.ts';
import { planOption, wantedName } from './wantedPlan.ts';

const commands = {
  pause: {
    call: 'pausePlan',
    description: 'stop the schedule of a plan from starting runs until you resume it',
    said: 'is paused: its schedule starts no runs.',
    reason: 'release week',
    help: `
Scheduled runs are recorded as paused and not caught up later. Running tasks
continue, and "nightshift start" works as usual. A worker that registers the
plan again does not resume it. The audit log records it.`,
  },
  resume: {
    call: 'resumePlan',
    description: 'resume a paused or retired plan',
    said: 'is active again, from its next scheduled run on.',
    reason: 'release is out',
    help: `
Runs that were due in the meantime are not caught up. The audit log records it.`,
  },
  retire: {
    call: 'retirePlan',
    description: 'remove a plan from the lists and stop its schedule',
    said: 'is retired: its schedule starts no runs, and its history stays.',
    reason: 'weekly has its steps',
    help: `
For a plan whose file is gone. Nothing starts it until "nightshift plan resume";
running tasks continue. The audit log records it.`,
  },
} as const;

/** `nightshift plan pause`, `resume` and `retire`: say of a plan as a whole whether its schedule starts runs. */
export function addPlanStates(plan: Command, context: CliContext): void {
  for (const [name, { call, description, said, help, reason }] of Object.entries(commands))
    plan
      .command(`${name} [name]`)
      .description(description)
      .addOption(planOption())
      .option('-m, --message <reason>', 'why, shown with the plan')
      .addHelpText(
        'after',
        `${help}\n\nExamples:\n  nightshift plan ${name} nightly -m "${reason}"\n  nightshift plan ${name} acme/site:nightly`,
      )
      .action(
        async (given: string | undefined, { plan: file, message }: { plan?: string; message?: string }) => {
          const planName = await wantedName(context, given, file);
          await withConnection(context, async ({ client }) => {
            const answer = await client[call]({ plan: planName, reason: message ?? null });
            nameArguments(argumentNames, () => expectType(answer, 'PlanState'));
            context.stdout.write(`${planName} ${said}\n`);
          });
        },
      );
}

const argumentNames = new Map([
  ['plan', 'name'],
  ['reason', '--message'],
]);
