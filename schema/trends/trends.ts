import * as z from 'zod';
import { type RunOutcome, runOutcomeFacts, stepOrderFacts, stepOrders } from '../../contract/words/trends.ts';
import { readInput } from '../../domain/input/read.ts';
import { type Coverage, readCoverage } from '../../domain/trends/coverage.ts';
import { readDays, type TrendDay } from '../../domain/trends/days.ts';
import { readDecisions, type TrendDecisions } from '../../domain/trends/decisions.ts';
import { type TrendRange, textOf, toRange, trendsInput } from '../../domain/trends/range.ts';
import { readSteps, type TrendStep, type TrendSteps } from '../../domain/trends/steps.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';

/** What figures are read of. */
interface Trends {
  range: TrendRange;
  coverage: Coverage;
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

const TrendStepType = builder.objectRef<TrendStep>('TrendStep').implement({
  description:
    'How the tasks of one step fared. A task counts once, on the day on which its last attempt started; one that never started does not count.',
  fields: (t) => ({
    project: t.string({
      nullable: true,
      description: 'The project of its plan; null for none.',
      resolve: ({ project }) => project || null,
    }),
    plan: t.string({
      nullable: true,
      description: 'The name of its plan; null for externally reported tasks.',
      resolve: ({ plan }) => plan || null,
    }),
    task: t.exposeString('task', { description: 'The name of the step.' }),
    succeeded: t.exposeInt('succeeded', {
      description: 'Tasks whose command succeeded, also those that people rejected or that await approval.',
    }),
    failed: t.exposeInt('failed', { description: 'Tasks that failed.' }),
    skipped: t.exposeInt('skipped', { description: 'Tasks that started and were skipped or cancelled.' }),
    open: t.exposeInt('open', { description: 'Tasks that are running.' }),
    recovered: t.exposeInt('recovered', {
      description:
        'Of those that succeeded, the ones that failed in an earlier attempt: the same step of the same run, with nothing changed in the plan. Attempts whose worker was lost or stopped do not count as failed.',
    }),
    turns: t.exposeInt('turns', {
      description:
        'How often the step went from a day with failures to a day without, or back. These days are in UTC, and those without ended tasks are passed over.',
    }),
    successRate: t.exposeFloat('successRate', {
      nullable: true,
      description: '`succeeded` of `succeeded` and `failed`, from 0 to 1; null without any.',
    }),
    successRateBefore: t.exposeFloat('successRateBefore', {
      nullable: true,
      description: 'The same in as many days before.',
    }),
    p50Ms: t.expose('p50Ms', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Milliseconds within which half of the tasks that succeeded ended, give or take 4.8 %; null without any.',
    }),
    p95Ms: t.expose('p95Ms', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds within which 95 % of them ended, give or take 4.8 %.',
    }),
    p50BeforeMs: t.expose('p50BeforeMs', {
      type: 'SafeInt',
      nullable: true,
      description: '`p50Ms` in as many days before.',
    }),
    p95BeforeMs: t.expose('p95BeforeMs', {
      type: 'SafeInt',
      nullable: true,
      description: '`p95Ms` in as many days before.',
    }),
    p50Growth: t.exposeFloat('p50Growth', {
      nullable: true,
      description:
        'By how much the p50 grew against as many days before: 0.5 is half as long again. Null unless at least 5 tasks succeeded in both times.',
    }),
    isSlowing: t.exposeBoolean('isSlowing', {
      description: 'Whether the p50 grew by at least 25 % and one second.',
    }),
    isFlaky: t.exposeBoolean('isFlaky', {
      description: 'Whether a task recovered, or the step took at least 3 turns.',
    }),
  }),
});

const TrendStepsType = builder.objectRef<TrendSteps>('TrendSteps').implement({
  description: 'The steps that come first in an order.',
  fields: (t) => ({
    nodes: t.expose('steps', { type: [TrendStepType], description: 'The steps.' }),
    totalCount: t.exposeInt('total', { description: 'How many steps had tasks in this time.' }),
  }),
});

const TrendDecisionsType = builder.objectRef<TrendDecisions>('TrendDecisions').implement({
  description: 'How the approvals ended that ended in this time.',
  fields: (t) => ({
    approved: t.exposeInt('approved', { description: 'Approvals that people gave.' }),
    rejected: t.exposeInt('rejected', { description: 'Approvals that people rejected.' }),
    expired: t.exposeInt('expired', { description: 'Approvals that nobody decided in time.' }),
    cancelled: t.exposeInt('cancelled', { description: 'Approvals whose tasks were cancelled.' }),
    acceptanceRate: t.exposeFloat('acceptanceRate', {
      nullable: true,
      description: '`approved` of `approved` and `rejected`, from 0 to 1; null without any.',
    }),
    p50Ms: t.expose('p50Ms', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Milliseconds from the request within which half of the approved and rejected were decided, give or take 4.8 %; null without any.',
    }),
    p95Ms: t.expose('p95Ms', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds within which 95 % of them were decided, give or take 4.8 %.',
    }),
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
      resolve: ({ range, coverage }, args, { store }) => {
        const { first, orderBy } = readInput(stepsInput, {
          first: args.first ?? undefined,
          orderBy: args.orderBy ?? undefined,
        });
        return readSteps(store.db, range, coverage, { first, order: orderBy });
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
