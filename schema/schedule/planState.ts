import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import {
  type KnownPlanState,
  listPlans,
  type PlanState,
  planListInput,
  planStateInput,
  type planStates,
  setPlanState,
} from '../../domain/schedule/planState.ts';
import { builder } from '../builder.ts';

const PlanStateEnum = builder.enumType('PlanStateName', {
  description: 'Where a plan stands.',
  values: {
    ACTIVE: { value: 'active', description: 'As its file says.' },
    PAUSED: { value: 'paused', description: 'Its schedule starts nothing.' },
    RETIRED: {
      value: 'retired',
      description: 'Its schedule starts nothing, it has left the lists, and nobody starts it by its name.',
    },
  } satisfies Record<Uppercase<(typeof planStates)[number]>, unknown>,
});

const PlanStateType = builder.objectRef<PlanState>('PlanState').implement({
  description: 'What somebody said of a plan as a whole.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The name of the plan.' }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of the plan; null for none.',
    }),
    state: t.expose('state', { type: PlanStateEnum, description: 'Where it stands.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    saidBy: t.exposeString('saidBy', {
      nullable: true,
      description: 'Who said so; null for an active plan.',
    }),
    saidAt: t.expose('saidAt', { type: 'DateTime', nullable: true, description: 'When.' }),
  }),
});

const KnownPlanType = builder.objectRef<KnownPlanState>('KnownPlan').implement({
  description: 'A plan that workers and schedules have made known.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'Its name.' }),
    project: t.exposeString('project', { nullable: true, description: 'Its project; null for none.' }),
    schedule: t.exposeString('schedule', {
      nullable: true,
      description: 'The cron fields of its schedule; null where nobody keeps one.',
    }),
    timezone: t.exposeString('timezone', { nullable: true, description: 'The time zone of the schedule.' }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      description: 'When its content was last made known.',
    }),
    state: t.field({
      type: PlanStateType,
      description: 'What somebody said of it.',
      resolve: (plan) => plan,
    }),
  }),
});

builder.queryField('plans', (t) =>
  t.field({
    type: [KnownPlanType],
    description: 'The plans that workers and schedules have made known, by their projects and names.',
    authScopes: { read: true },
    args: {
      plan: t.arg.string({
        description: 'Only those that this may mean: `nightly` of every project, or `acme/site:nightly`.',
      }),
      retired: t.arg.boolean({
        defaultValue: false,
        description: 'Whether those that are retired are listed as well.',
      }),
      first: t.arg.int({ defaultValue: 50, description: 'How many; 1 to 200.' }),
    },
    resolve: (_root, { plan, retired, first }, { store }) =>
      listPlans(
        store.db,
        readInput(planListInput, { plan, retired: retired ?? undefined, first: first ?? undefined }),
      ),
  }),
);

const PlanStateInput = builder.inputType('PlanStateInput', {
  description: 'Which plan, and why.',
  fields: (t) => ({
    plan: t.string({
      required: true,
      description:
        'The name of the plan, with its project where several have one: `nightly`, `acme/site:nightly`.',
    }),
    reason: t.string({ description: 'Why, for whoever sees it in the morning; at most 500 characters.' }),
  }),
});

for (const [name, state, description] of [
  [
    'pausePlan',
    'paused',
    'Has the schedule of a plan start nothing until it is resumed; due times are recorded as paused.',
  ],
  ['resumePlan', 'active', 'Takes up a paused or retired plan again, from its next due time on.'],
  ['retirePlan', 'retired', 'Has a plan leave the lists and its schedule start nothing; its history stays.'],
] as const)
  builder.mutationField(name, (t) =>
    t.field({
      type: PlanStateType,
      description: `${description} It is on record, and a worker that makes the plan known again changes nothing. Needs the \`operate\` scope.`,
      authScopes: { operate: true },
      errors: { types: [InvalidInputError] },
      args: { input: t.arg({ type: PlanStateInput, required: true, description: 'The plan, and why.' }) },
      resolve: (_root, { input }, { store, viewer, via }) =>
        setPlanState(store, viewer, state, readInput(planStateInput, input), via),
    }),
  );
