import type { Command } from 'commander';
import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';
import { narrowName, narrowTime, narrowWrapped } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { nameOfFile } from './wantedPlan.ts';

type KnownPlan = Awaited<ReturnType<Client['plans']>>[number];

/** `nightshift plan list`: the plans that the server knows, and where each stands. */
export function addPlanList(plan: Command, context: CliContext): void {
  plan
    .command('list')
    .description('list the plans that the server knows, with their state and next run')
    .option('--plan <file>', 'only the plan in this file')
    .option('--retired', 'include retired plans')
    .addOption(outputOption())
    .addHelpText('after', '\nExamples:\n  nightshift plan list\n  nightshift plan list --retired -o json')
    .action(({ plan: file, retired = false, output }: { plan?: string; retired?: boolean; output: Format }) =>
      withReader(context, async ({ client }) => {
        const only = file === undefined ? {} : { plan: await nameOfFile(context, file) };
        const plans = await client.plans({ ...only, retired, first: maxShown });
        printRows(context, plans, printer, output);
        if (plans.length === maxShown) context.print(`Showing only the first ${maxShown}.`);
      }),
    );
}

const maxShown = 200;

const printer: Printer<KnownPlan> = {
  empty: 'No plans are registered yet. "nightshift up" and "nightshift worker" register theirs.',
  columns: [
    { head: 'PLAN', show: ({ plan, project }) => planLabel({ project, name: plan }), narrow: narrowWrapped },
    {
      head: 'SCHEDULE',
      show: ({ schedule, timezone }) => (schedule === null ? 'manual' : `${schedule} ${timezone}`),
      narrow: narrowName,
    },
    { head: 'NEXT', show: nextOf, narrow: narrowTime },
    { head: 'STATE', show: ({ state }) => describeState(state), narrow: narrowWrapped },
  ],
  fields: {
    plan: ({ plan }) => plan,
    project: ({ project }) => project,
    schedule: ({ schedule }) => schedule,
    timezone: ({ timezone }) => timezone,
    next_due_at: (plan) => nextTime(plan),
    registered_at: ({ registeredAt }) => registeredAt,
    state: ({ state }) => wordOf(state.state),
    reason: ({ state }) => state.reason,
    said_by: ({ state }) => state.saidBy,
    said_at: ({ state }) => state.saidAt,
  },
};

function nextOf(plan: KnownPlan): string {
  return showTime(nextTime(plan));
}

/** When a plan starts next; one that rests does not. */
function nextTime({ nextDueAt, startsWhenDue }: KnownPlan): string | null {
  return startsWhenDue ? (nextDueAt[0] ?? null) : null;
}

/** Says where a plan stands, by whom and why. */
export function describeState({ state, reason, saidBy }: KnownPlan['state']): string {
  if (state === 'ACTIVE') return 'active';
  return `${wordOf(state)} by ${saidBy}${reason === null ? '' : `: ${reason}`}`;
}

/** Says of a plan that is paused or retired that it is; nothing otherwise, or where the server cannot be asked. */
export async function describeRest(
  client: Pick<Client, 'plans'>,
  label: string,
): Promise<string | undefined> {
  const plans = await client.plans({ plan: label, retired: true }).catch(() => []);
  const [only] = plans.filter(({ state }) => state.state !== 'ACTIVE');
  if (only === undefined || plans.length !== 1) return undefined;
  return `${label} is ${describeState(only.state)}. Its schedule starts no runs until you run "nightshift plan resume ${label}".`;
}
