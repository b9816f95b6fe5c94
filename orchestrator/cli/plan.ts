import type { Command } from 'commander';
import { planLabel } from '../../contract/projectName.ts';
import { plural } from '../../contract/text/plural.ts';
import { loadPlan } from '../plan/loadPlan.ts';
import { layersOf } from '../plan/needs.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { createHomeFinder } from '../project/planHomes.ts';
import { describeDays } from '../schedule/describeDays.ts';
import { nextRunOf } from '../schedule/nextRun.ts';
import { showTime } from '../text/showTime.ts';
import { findConnection } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { loadOwnPlan, printUnset } from './ownPlan.ts';
import { addPlanList, describeRest } from './planList.ts';
import { stepPrinter } from './planRows.ts';
import { addPlanStates } from './planState.ts';
import { describeProblems, findPolicyProblems } from './policyProblems.ts';
import { addTrust } from './trust.ts';
import { planOption, wantedPlan } from './wantedPlan.ts';

/** `nightshift plan`: looks at plan files. */
export function addPlan(program: Command, context: CliContext): void {
  const plan = program
    .command('plan')
    .description('show, check, pause and retire plans, and set the repositories they trust');
  plan
    .command('show [plan]', { isDefault: true })
    .description('show the steps and the schedule of a plan')
    .addOption(planOption())
    .addOption(outputOption())
    .action(async (name: string | undefined, { plan: file, output }: { plan?: string; output: Format }) => {
      const loaded = await loadPlan(wantedPlan(name, file), context.directory);
      if (output === 'table') context.print(describePlan(loaded));
      printRows<Step>(context, loaded.steps, stepPrinter, output);
      if (output === 'table' && loaded.schedule !== undefined) await printRest(context, loaded);
    });
  plan
    .command('validate [plan]')
    .description('check a plan without running it, and whether someone can give its approvals on the server')
    .addOption(planOption())
    .action(async (name: string | undefined, given: { plan?: string }) => {
      const loaded = await loadOwnPlan(context, wantedPlan(name, given.plan));
      const problems = await findPolicyProblems(context, loaded);
      const { file, steps } = loaded;
      if (problems.length > 0) throw new UserError(describeProblems(file, problems), 2);
      printUnset(context, loaded);
      context.stdout.write(`${file} is valid: ${plural(steps.length, 'step')}\n`);
    });
  plan
    .command('graph [plan]')
    .description('show which steps depend on which')
    .addOption(planOption())
    .option('--mermaid', 'as a Mermaid flowchart, for documents')
    .action(
      async (name: string | undefined, { plan: file, mermaid }: { plan?: string; mermaid?: boolean }) => {
        const { steps } = await loadPlan(wantedPlan(name, file), context.directory);
        context.stdout.write(`${mermaid ? toMermaid(steps) : toLayers(steps)}\n`);
      },
    );
  addPlanList(plan, context);
  addPlanStates(plan, context);
  addTrust(plan, context);
  plan.addHelpText(
    'after',
    '\nExamples:\n  nightshift plan show\n  nightshift plan list\n  nightshift plan validate --plan ./weekly.plan.ts\n  nightshift plan graph nightly',
  );
}

/** Says whether the schedule of a plan rests on the server, where one can be asked. */
async function printRest(context: CliContext, plan: Plan): Promise<void> {
  const connection = await findConnection(context);
  if (connection === undefined) return;
  const { project } = await createHomeFinder(context.config().project)(plan);
  const rest = await describeRest(connection.client, planLabel({ project, name: plan.name }));
  if (rest !== undefined) context.print(rest);
}

function describePlan(plan: Plan): string {
  const { name, schedule, timezone, catchUp, concurrency } = plan;
  const next = nextRunOf(plan);
  const when = schedule === undefined ? 'no schedule (manual)' : `${schedule} ${timezone}`;
  const days = schedule === undefined ? undefined : describeDays(schedule);
  const missed = { skip: 'none', latest: 'latest missed run', all: 'all missed runs' }[catchUp];
  return [
    `${name}: ${when}${next === null ? '' : `, next ${showTime(next)}`}`,
    ...(days === undefined ? [] : [`Due ${days}`]),
    ...(schedule === undefined ? [] : [`Catch-up: ${missed}`]),
    ...(concurrency === 1 ? [] : [`Up to ${concurrency} steps at once`]),
  ].join('\n');
}

/** One line a layer: what may run at once, and below it what waits for it. */
function toLayers(steps: readonly Step[]): string {
  const lines = layersOf(steps).map((layer, index) => {
    const named = layer.map(({ task, needs }) =>
      needs.length === 0 ? task : `${task} (after ${needs.join(', ')})`,
    );
    return `${index + 1}. ${named.join('\n   ')}`;
  });
  return lines.join('\n');
}

function toMermaid(steps: readonly Step[]): string {
  const ids = new Map(steps.map(({ task }, index) => [task, `s${index + 1}`]));
  const nodes = steps.map(({ task }) => `  ${ids.get(task)}["${task}"]`);
  const arrows = steps.flatMap(({ task, needs }) =>
    needs.map((need) => `  ${ids.get(need)} --> ${ids.get(task)}`),
  );
  return ['flowchart TD', ...nodes, ...arrows].join('\n');
}
