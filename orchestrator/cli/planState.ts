import type { Command } from 'commander';
import { expectType } from '../../client/index.ts';
import { withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { nameArguments } from './nameArguments.ts';
import { planOption, wantedName } from './wantedPlan.ts';

const commands = {
  pause: {
    call: 'pausePlan',
    description: 'have the schedule of a plan start nothing until it is resumed',
    said: 'is paused: its schedule starts nothing.',
    reason: 'release week',
    help: `
Due times are recorded as paused and not made up for. What runs goes on, and
"nightshift start" starts runs as ever. A worker that makes the plan known again
does not resume it. It is on record.`,
  },
  resume: {
    call: 'resumePlan',
    description: 'take up a paused or retired plan again',
    said: 'goes on as its file says, from its next due time on.',
    reason: 'release is out',
    help: `
Due times that passed meanwhile are not made up for. It is on record.`,
  },
  retire: {
    call: 'retirePlan',
    description: 'have a plan leave the lists, and its schedule start nothing',
    said: 'is retired: its schedule starts nothing, and its history stays.',
    reason: 'weekly has its steps',
    help: `
For a plan whose file is gone. Nothing starts it until "nightshift plan resume";
what runs goes on. It is on record.`,
  },
} as const;

/** `nightshift plan pause`, `resume` and `retire`: say of a plan as a whole whether its schedule starts runs. */
export function addPlanStates(plan: Command, context: CliContext): void {
  for (const [name, { call, description, said, help, reason }] of Object.entries(commands))
    plan
      .command(`${name} [name]`)
      .description(description)
      .addOption(planOption())
      .option('-m, --message <reason>', 'why, for whoever sees it in the morning')
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
