import { planStateFacts, planStates } from '../../contract/words/plans.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import {
  type KnownPlanState,
  listPlans,
  type PlanState,
  planListInput,
  planStateInput,
  setPlanState,
} from '../../domain/schedule/planState.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';

const PlanStateEnum = enumOf('PlanStateName', planStateFacts, {
  description: 'Where a plan stands.',
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

for (const state of planStates) {
  const { action, does } = planStateFacts[state];
  builder.mutationField(`${action}Plan`, (t) =>
    t.field({
      type: PlanStateType,
      description: `${does} It is on record, and a worker that makes the plan known again changes nothing. Needs the \`operate\` scope.`,
      authScopes: { operate: true },
      errors: { types: [InvalidInputError] },
      args: { input: t.arg({ type: PlanStateInput, required: true, description: 'The plan, and why.' }) },
      resolve: (_root, { input }, { store, viewer, via }) =>
        setPlanState(store, viewer, state, readInput(planStateInput, input), via),
    }),
  );
}
