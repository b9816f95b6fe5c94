import * as z from 'zod';
import { planLabel } from '../../contract/projectName.ts';
import {
  catchUpFacts,
  type ScheduledOutcome,
  type ScheduledOutcomeName,
  scheduledOutcomeFacts,
} from '../../contract/words/schedule.ts';
import { refuseUnmeetable } from '../../domain/approvals/policyProblems.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { PlanElsewhereError } from '../../domain/plans/errors.ts';
import { planReference } from '../../domain/plans/planKey.ts';
import { dueTimesInput, type SettledDue, settleDue } from '../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns, type ScheduledRun } from '../../domain/schedule/scheduledRuns.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { internal } from '../internal.ts';
import { needs, needsUnlessWorking } from '../needs.ts';
import { nodeKinds } from '../nodeKinds.ts';
import { homeDescription, PlanHomeInput, withHome } from '../plans/planHome.ts';
import { PlanInput } from '../plans/planInput.ts';

const OutcomeEnum = builder.enumType('ScheduledRunOutcome', {
  description: 'The outcome of a scheduled run.',
  values: Object.fromEntries(
    Object.values(scheduledOutcomeFacts).map(({ graphql, row, means }) => [
      graphql,
      { value: row, description: means },
    ]),
  ) as Record<ScheduledOutcomeName, { value: ScheduledOutcome; description: string }>,
});

const ScheduledRunType = builder.node(builder.objectRef<ScheduledRun>('ScheduledRun'), {
  id: { resolve: nodeKinds.ScheduledRun.keyOf },
  description: "A due time of a plan's schedule and its outcome.",
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The name of the plan.' }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of the plan; null for none.',
    }),
    dueAt: t.expose('dueAt', { type: 'DateTime', description: 'When it was due.' }),
    outcome: t.expose('outcome', { type: OutcomeEnum, description: 'Its outcome.' }),
    runId: t.exposeString('runId', { nullable: true, description: 'The run that was started, if one was.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why no run was started.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When the outcome was recorded.' }),
  }),
});

const SettledDueType = builder.objectRef<SettledDue & { name: string }>('SettledDue').implement({
  description: internal('The outcomes of due times.'),
  fields: (t) => ({
    scheduledRuns: t.expose('scheduledRuns', {
      type: [ScheduledRunType],
      description:
        'One for each due time, earliest first; none for due times in the future or from before the schedule was registered.',
    }),
    now: t.expose('now', {
      type: 'DateTime',
      description: "The current time by the database's clock. Later due times are in the future.",
    }),
    beganBeside: t.stringList({
      description:
        'If this call started the schedule: other plans of this name that already have one, with their projects, e.g. `acme/site:nightly`.',
      resolve: ({ beganBeside, name }) => beganBeside.map((project) => planLabel({ project, name })),
    }),
  }),
});

const CatchUp = enumOf('CatchUp', catchUpFacts, {
  description: 'What happens to runs that were missed while no server was up.',
});

const SettleDueInput = builder.inputType('SettleDueInput', {
  description: internal("A plan's schedule, and its due times up to now."),
  fields: (t) => ({
    definition: t.field({ type: PlanInput, required: true, description: 'The plan, as in its file.' }),
    home: t.field({ type: PlanHomeInput, description: homeDescription }),
    schedule: t.string({
      required: true,
      description:
        'The cron expression of the schedule. A plan has one schedule; a changed one counts from when the server first sees it.',
    }),
    timezone: t.string({ defaultValue: 'UTC', description: 'The time zone of the schedule.' }),
    dueTimes: t.field({
      type: ['DateTime'],
      defaultValue: [],
      description: 'When it was due; at most 1,000 times. If empty, the schedule is only registered.',
    }),
    catchUp: t.field({
      type: CatchUp,
      defaultValue: 'latest' as const,
      description: 'What happens to due times more than five minutes ago.',
    }),
  }),
});

const scheduledRunsInput = z.object({
  plan: planReference.nullish(),
  first: z.int().min(1).max(200).default(50),
});

builder.queryField('scheduledRuns', (t) =>
  t.field({
    type: [ScheduledRunType],
    description: 'Scheduled runs and their outcomes, latest first.',
    authScopes: (_root, { plan }, { viewer }) =>
      needsUnlessWorking('listScheduledRuns', viewer, () => plan != null),
    args: {
      plan: t.arg.string({
        description: 'Only those of this plan, with its project if several have one: `acme/site:nightly`.',
      }),
      first: t.arg.int({ defaultValue: 50, description: 'How many; 1 to 200.' }),
    },
    resolve: (_root, args, { store }) => {
      const { plan, first } = readInput(scheduledRunsInput, { ...args, first: args.first ?? 50 });
      return readScheduledRuns(store.db, plan ?? null, first);
    },
  }),
);

builder.mutationField('settleDue', (t) =>
  t.field({
    type: SettledDueType,
    description: internal(
      'Registers the schedule of a plan and starts its due runs. Only one run starts per due time, however often it is requested, and the outcome of each due time is recorded. Requires the `work` scope.',
    ),
    authScopes: needs('settleDue'),
    errors: { types: [InvalidInputError, PlanElsewhereError] },
    args: { input: t.arg({ type: SettleDueInput, required: true, description: 'The plan and the times.' }) },
    resolve: async (_root, { input }, { store, viewer }) => {
      const { timezone, dueTimes, catchUp } = input;
      const given = {
        timezone: timezone ?? undefined,
        dueTimes: dueTimes ?? undefined,
        catchUp: catchUp ?? undefined,
      };
      const values = readInput(dueTimesInput, { ...withHome(input), ...given });
      const { name } = values.definition;
      await refuseUnmeetable(store, values.definition, values.home?.project);
      return { ...(await settleDue(store, viewer, values)), name };
    },
  }),
);
