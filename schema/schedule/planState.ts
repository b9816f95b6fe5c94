import * as z from 'zod';
import { planStateFacts, planStates } from '../../contract/words/plans.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { maxNextDue, nextDueOf, startsWhenDue } from '../../domain/schedule/nextDue.ts';
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
import { needs, needsUnlessWorking } from '../needs.ts';

const PlanStateEnum = enumOf('PlanStateName', planStateFacts, {
  description: 'The state of a plan.',
});

const PlanStateType = builder.objectRef<PlanState>('PlanState').implement({
  description: 'Whether a plan is active, paused or retired, and who decided so.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'The name of the plan.' }),
    project: t.exposeString('project', {
      nullable: true,
      description: 'The project of the plan; null for none.',
    }),
    state: t.expose('state', { type: PlanStateEnum, description: 'Its state.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why.' }),
    saidBy: t.exposeString('saidBy', {
      nullable: true,
      description: 'Who set it; null for an active plan.',
    }),
    saidAt: t.expose('saidAt', { type: 'DateTime', nullable: true, description: 'When.' }),
  }),
});

/** `KnownPlan`: a plan that is registered. */
export const KnownPlanType = builder.objectRef<KnownPlanState>('KnownPlan').implement({
  description: 'A registered plan.',
  fields: (t) => ({
    plan: t.exposeString('plan', { description: 'Its name.' }),
    project: t.exposeString('project', { nullable: true, description: 'Its project; null for none.' }),
    schedule: t.exposeString('schedule', {
      nullable: true,
      description: 'The cron expression of its schedule; null if it has none.',
    }),
    timezone: t.exposeString('timezone', { nullable: true, description: 'The time zone of the schedule.' }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      description: 'When its content was last registered.',
    }),
    steps: t.stringList({
      description: 'The names of its steps, in the order of the plan.',
      resolve: ({ plan, project }, _args, { loadStepNames }) =>
        loadStepNames({ project: project ?? '', name: plan }),
    }),
    nextDueAt: t.field({
      type: ['DateTime'],
      description:
        'When its schedule is due next, the earliest first; empty without a schedule. Clock changes of the time zone are taken into account. See `startsWhenDue`.',
      args: {
        first: t.arg.int({ defaultValue: 5, description: `How many; 1 to ${maxNextDue}.` }),
      },
      resolve: (plan, { first }) => nextDueOf(plan, readInput(nextDueInput, { first }).first),
    }),
    startsWhenDue: t.boolean({
      description:
        'Whether a run starts then. False without a schedule, and while the plan is paused or retired: its due times are recorded as `PAUSED` then.',
      resolve: startsWhenDue,
    }),
    state: t.field({
      type: PlanStateType,
      description: 'Whether it is active, paused or retired.',
      resolve: (plan) => plan,
    }),
  }),
});

const nextDueInput = z.object({
  first: z
    .int()
    .min(1)
    .max(maxNextDue)
    .nullish()
    .transform((first) => first ?? 5),
});

builder.queryField('plans', (t) =>
  t.field({
    type: [KnownPlanType],
    description: 'The registered plans, by project and name.',
    authScopes: (_root, { plan }, { viewer }) => needsUnlessWorking('listPlans', viewer, () => plan != null),
    args: {
      plan: t.arg.string({
        description: 'Only plans that match: `nightly` of every project, or `acme/site:nightly`.',
      }),
      retired: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to include retired plans.',
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
        'The name of the plan, with its project if several have one: `nightly`, `acme/site:nightly`.',
    }),
    reason: t.string({ description: 'The reason, shown to others; at most 500 characters.' }),
  }),
});

for (const state of planStates) {
  const { action, does } = planStateFacts[state];
  builder.mutationField(`${action}Plan`, (t) =>
    t.field({
      type: PlanStateType,
      description: `${does} This is recorded in the audit log. A worker that registers the plan again does not change it. Requires the \`operate\` scope.`,
      authScopes: needs(`${action}Plan`),
      errors: { types: [InvalidInputError] },
      args: { input: t.arg({ type: PlanStateInput, required: true, description: 'The plan, and why.' }) },
      resolve: (_root, { input }, { store, viewer, via }) =>
        setPlanState(store, viewer, state, readInput(planStateInput, input), via),
    }),
  );
}
