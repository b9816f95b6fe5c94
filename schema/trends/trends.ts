import * as z from 'zod';
import { type RunOutcome, runOutcomeFacts, stepOrderFacts, stepOrders } from '../../contract/words/trends.ts';
import { readInput } from '../../domain/input/read.ts';
import { type Coverage, readCoverage } from '../../domain/trends/coverage.ts';
import { readDays, type TrendDay } from '../../domain/trends/days.ts';
import { readDecisions } from '../../domain/trends/decisions.ts';
import { type TrendRange, textOf, toRange, trendsInput } from '../../domain/trends/range.ts';
import { firstSteps, readSteps, type TrendSteps } from '../../domain/trends/steps.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';
import { TrendDecisionsType } from './decisions.ts';
import { TrendStepsType } from './steps.ts';

/** What figures are read of. */
interface Trends {
  range: TrendRange;
  coverage: Coverage;
  /** The steps, once somebody asks for them: several orders take one statement. */
  steps?: Promise<TrendSteps>;
}

const dayFields: Record<RunOutcome, string> = {
  succeeded: 'succeeded',
  failed: 'failed',
  awaiting_approval: 'awaitingApproval',
  skipped: 'skipped',
  open: 'open',
};

const TrendDayType = builder.objectRef<TrendDay>('TrendDay').implement({
  description: 'The runs that were created on one day, by their outcomes so far.',
  fields: (t) => ({
    since: t.expose('since', {
      type: 'DateTime',
      description: 'When the day begins; of a zone whose clocks skip midnight at its first moment.',
    }),
    until: t.expose('until', { type: 'DateTime', description: 'When the next day begins.' }),
    ...Object.fromEntries(
      (Object.entries(dayFields) as [RunOutcome, string][]).map(([outcome, field]) => [
        field,
        t.int({ description: runOutcomeFacts[outcome].means, resolve: (day) => day[outcome] }),
      ]),
    ),
  }),
});

const StepOrderEnum = enumOf('TrendStepOrder', stepOrderFacts, { description: 'How steps are sorted.' });

const stepsInput = z.object({
  first: z.int().min(1).max(200).default(20),
  orderBy: z.enum(stepOrders).default('tasks'),
});

const TrendsType = builder.objectRef<Trends>('Trends').implement({
  description:
    'Figures over whole days of a time zone. They outlast the tasks: what the retention deletes stays counted.',
  fields: (t) => ({
    since: t.field({
      type: 'DateTime',
      description: 'When the first day begins.',
      resolve: ({ range }) => textOf(range.days[0] ?? 0),
    }),
    until: t.field({
      type: 'DateTime',
      description: 'When the last day ends.',
      resolve: ({ range }) => textOf(range.days.at(-1) ?? 0),
    }),
    timezone: t.string({ description: 'The zone of the days.', resolve: ({ range }) => range.timezone }),
    completeSince: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Older tasks are not counted yet, since the server is still reading its history in the background. Null once it has read all.',
      resolve: ({ coverage }) => coverage.from,
    }),
    days: t.field({
      type: [TrendDayType],
      description: 'Each day, earliest first, those without runs too.',
      resolve: ({ range, coverage }, _args, { store }) => readDays(store.db, range, coverage),
    }),
    steps: t.field({
      type: TrendStepsType,
      description:
        'The steps that had tasks in this time. Of more than 500, those with the most tasks are sorted.',
      args: {
        first: t.arg.int({ defaultValue: 20, description: 'How many; 1 to 200.' }),
        orderBy: t.arg({ type: StepOrderEnum, defaultValue: 'tasks', description: 'Which come first.' }),
      },
      resolve: async (trends, args, { store }) => {
        const { first, orderBy } = readInput(stepsInput, {
          first: args.first ?? undefined,
          orderBy: args.orderBy ?? undefined,
        });
        trends.steps ??= readSteps(store.db, trends.range, trends.coverage);
        return firstSteps(await trends.steps, { first, order: orderBy });
      },
    }),
    decisions: t.field({
      type: TrendDecisionsType,
      description: 'How approvals ended, and how long people took to decide.',
      resolve: ({ range, coverage }, _args, { store }) => readDecisions(store.db, range, coverage),
    }),
  }),
});

builder.queryField('trends', (t) =>
  t.field({
    type: TrendsType,
    description: 'Runs, durations and decisions over time: how the nights were, and where they go.',
    authScopes: needs('readTrends'),
    args: {
      since: t.arg({
        type: 'DateTime',
        description: 'A time of the first day. By default there are 30 days up to the last. At most 366.',
      }),
      until: t.arg({
        type: 'DateTime',
        description: 'A time after which the last day ends; by default now.',
      }),
      timezone: t.arg.string({
        defaultValue: 'UTC',
        description: 'The IANA time zone whose days are meant, e.g. `Europe/Berlin`.',
      }),
      project: t.arg.string({ description: 'Only plans of this project, e.g. `acme/site`.' }),
      plan: t.arg.string({
        description: 'Only this plan, with its project if several have one: `acme/site:nightly`.',
      }),
    },
    resolve: async (_root, args, { store }) => {
      const input = readInput(trendsInput, { ...args, timezone: args.timezone ?? undefined });
      const range = toRange(input, Date.now());
      return { range, coverage: await readCoverage(store.db) };
    },
  }),
);
