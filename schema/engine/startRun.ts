import * as z from 'zod';
import { expectedProject, planLabel, projectPattern } from '../../contract/projectName.ts';
import { type PolicyProblem, problemsOf } from '../../domain/approvals/policyProblems.ts';
import { RunExistsError } from '../../domain/engine/errors.ts';
import { startRun, startRunInput } from '../../domain/engine/startRun.ts';
import { IdempotencyKeyReusedError, InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { PlanElsewhereError } from '../../domain/plans/errors.ts';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { planHome } from '../../domain/plans/planHome.ts';
import {
  plansOnRecord,
  type RegisteredPlan as RegisteredPlanShape,
  registerPlan,
} from '../../domain/plans/plans.ts';
import { schedulesElsewhere } from '../../domain/schedule/upsertSchedule.ts';
import { builder } from '../builder.ts';
import { internal } from '../internal.ts';
import { homeDescription, PlanHomeInput, withHome } from '../plans/planHome.ts';
import { PlanInput } from '../plans/planInput.ts';
import { RunType } from '../runs/run.ts';
import { readChangedRun } from './readChangedRun.ts';
import { namingFrom, planOf } from './startFrom.ts';

const planDescription =
  'The name of a plan that a worker has made known, e.g. `nightly`, or `acme/site:nightly` where several projects have one; its latest content is taken.';

const PlanDefinitionInput = builder.inputType('PlanDefinitionInput', {
  description: 'A plan, from those who have its file.',
  fields: (t) => ({
    content: t.field({ type: PlanInput, required: true, description: 'The plan, as its file has it.' }),
    home: t.field({ type: PlanHomeInput, description: homeDescription }),
  }),
});

const StartFromInput = builder.inputType('StartFromInput', {
  description: 'Which plan to start: by exactly one of the two.',
  isOneOf: true,
  fields: (t) => ({
    plan: t.string({ description: planDescription }),
    definition: t.field({ type: PlanDefinitionInput, description: 'The plan itself.' }),
  }),
});

const StartRunInput = builder.inputType('StartRunInput', {
  description: 'What starts a run.',
  fields: (t) => ({
    from: t.field({
      type: StartFromInput,
      description: 'The plan. Give this; the older ways stay for a while.',
    }),
    plan: t.string({
      description: `The older way: ${planDescription.charAt(0).toLowerCase()}${planDescription.slice(1)}`,
      deprecationReason: 'Use `from: { plan: … }`.',
    }),
    definition: t.field({
      type: PlanInput,
      description: 'The older way: instead of its name the content of the plan, as its file has it.',
      deprecationReason: 'Use `from: { definition: { content: … } }`.',
    }),
    home: t.field({
      type: PlanHomeInput,
      description: `The older way, with a definition: ${homeDescription}`,
      deprecationReason: 'Use `from: { definition: { content: …, home: … } }`.',
    }),
    runId: t.string({
      description:
        'The id of the run; 1 to 64 characters. The same id again gives the same run. Default: the plan and the day in UTC, e.g. `nightly-2025-01-15`, with `-2` for the second run of the day; of every project but the first after a prefix of its own, e.g. `site-nightly-2025-01-15`.',
    }),
    steps: t.stringList({
      description:
        'The steps to run; left out means all. What they need and is not among them counts as done.',
    }),
    inputs: t.field({ type: 'JSON', description: 'What the run is given. A JSON object of at most 64 KB.' }),
    exclusive: t.boolean({
      description: 'Whether only a worker that names this run may take its tasks. Default false.',
    }),
    idempotencyKey: t.string({
      description: 'Makes a repeated request start nothing: the same key again gives the same run.',
    }),
  }),
});

const RegisterPlanInput = builder.inputType('RegisterPlanInput', {
  description: internal('Which plan to make known.'),
  fields: (t) => ({
    plan: t.field({ type: PlanInput, required: true, description: 'The plan, as its file has it.' }),
    home: t.field({ type: PlanHomeInput, description: homeDescription }),
  }),
});

const PolicyProblemType = builder.objectRef<PolicyProblem>('PolicyProblem').implement({
  description: 'A step whose approval nobody can give in this set-up.',
  fields: (t) => ({
    task: t.exposeString('task', { description: 'The name of the step.' }),
    problem: t.exposeString('problem', { description: 'Why nobody can, and what to set.' }),
  }),
});

const RegisteredPlan = builder.objectRef<RegisteredPlanShape>('RegisteredPlan').implement({
  description: internal('A plan that the server knows.'),
  fields: (t) => ({
    hash: t.exposeString('hash', {
      description:
        'What a worker asks for tasks by: SHA-256 of its content, of the project and the content where the content alone is not its own.',
    }),
    name: t.string({ description: 'Its name.', resolve: ({ definition }) => definition.name }),
    project: t.string({
      nullable: true,
      description: 'The project that it belongs to, e.g. `acme/site`; null for none.',
      resolve: ({ project }) => project || null,
    }),
    scheduledElsewhere: t.stringList({
      description:
        'Where it has no schedule on the server: the plans of this name that have one, with their projects, e.g. `acme/site:nightly`.',
      resolve: async ({ project, definition: { name } }, _args, { store }) =>
        labelsOf(name, await schedulesElsewhere(store.db, { project, name })),
    }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      description: "When it was made known, by the database's clock.",
    }),
    problems: t.field({
      type: [PolicyProblemType],
      description: 'Its steps whose approvals nobody can give in this set-up.',
      resolve: ({ definition }, _args, { store }) => problemsOf(definition, store.knownPeople),
    }),
  }),
});

/** Writes plans of one name with their projects. */
function labelsOf(name: string, projects: readonly string[]): string[] {
  return projects.map((project) => planLabel({ project, name }));
}

const registerInput = z.object({ plan: planDefinition, home: planHome.nullish() });

builder.mutationFields((t) => ({
  startRun: t.field({
    type: RunType,
    description:
      'Starts a run of a plan: its tasks wait for workers. However many ask for one run id, one run starts. Needs the `operate` scope.',
    authScopes: { operate: true },
    errors: { types: [InvalidInputError, RunExistsError, IdempotencyKeyReusedError, PlanElsewhereError] },
    args: { input: t.arg({ type: StartRunInput, required: true, description: 'The run and its plan.' }) },
    resolve: async (_root, { input }, context) => {
      const { store, viewer } = context;
      const { from, ...rest } = input;
      const { runId } = await namingFrom(from, () =>
        startRun(store, viewer, readInput(startRunInput, withHome({ ...rest, ...planOf(from, rest) }))),
      );
      return readChangedRun(context, runId);
    },
  }),
  registerPlan: t.field({
    type: RegisteredPlan,
    description: internal(
      'Makes a plan known, so that a worker can ask for its tasks. Needs the `work` scope.',
    ),
    authScopes: { work: true },
    errors: { types: [InvalidInputError, PlanElsewhereError] },
    args: { input: t.arg({ type: RegisterPlanInput, required: true, description: 'The plan.' }) },
    resolve: async (_root, { input }, { store, viewer, via }) => {
      const { plan, home } = readInput(registerInput, withHome(input));
      return registerPlan(store.db, viewer, plan, via, home);
    },
  }),
}));

const onRecordInput = z.object({
  hashes: z.array(z.string().max(64)).max(1000),
  project: z.string().regex(projectPattern, expectedProject).nullish(),
});

builder.queryField('plansOnRecord', (t) =>
  t.field({
    type: ['String'],
    description: internal(
      'Those of some contents of plans by which runs are on record, open ones or such as may be retried: what a worker has to keep. Needs the `work` scope.',
    ),
    authScopes: { work: true },
    args: {
      hashes: t.arg.stringList({ required: true, description: 'The hashes; at most 1,000.' }),
      project: t.arg.string({
        description: 'Whose they are: what another project has registered is left out.',
      }),
    },
    resolve: (_root, args, { store }) => {
      const { hashes, project } = readInput(onRecordInput, args);
      return plansOnRecord(store.db, hashes, project);
    },
  }),
);

builder.queryField('policyProblems', (t) =>
  t.field({
    type: [PolicyProblemType],
    description:
      'The steps of a plan whose approvals nobody could give in this set-up; nothing is kept of the plan.',
    authScopes: { read: true },
    args: { plan: t.arg({ type: PlanInput, required: true, description: 'The plan, as its file has it.' }) },
    resolve: (_root, { plan }, { store }) =>
      problemsOf(readInput(registerInput, { plan }).plan, store.knownPeople),
  }),
);
