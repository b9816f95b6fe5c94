import * as z from 'zod';
import { reference } from '../../contract/input/text.ts';
import { expectedProject, planLabel, projectPattern } from '../../contract/projectName.ts';
import { type PolicyProblem, problemsOf, refuseUnmeetable } from '../../domain/approvals/policyProblems.ts';
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
import { needs, needsUnlessWorking } from '../needs.ts';
import { isForItself } from '../ownWork.ts';
import { homeDescription, PlanHomeInput, withHome } from '../plans/planHome.ts';
import { PlanInput } from '../plans/planInput.ts';
import { RunType } from '../runs/run.ts';
import { readChangedRun } from './readChangedRun.ts';
import { namingFrom, planOf } from './startFrom.ts';

const planDescription =
  'The name of a registered plan, e.g. `nightly`, or `acme/site:nightly` if several projects have one. Its latest content is used.';

const PlanDefinitionInput = builder.inputType('PlanDefinitionInput', {
  description: 'The content of a plan, from a caller that has its file.',
  fields: (t) => ({
    content: t.field({ type: PlanInput, required: true, description: 'The plan, as in its file.' }),
    home: t.field({ type: PlanHomeInput, description: homeDescription }),
  }),
});

const StartFromInput = builder.inputType('StartFromInput', {
  description: 'Which plan to start. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    plan: t.string({ description: planDescription }),
    definition: t.field({ type: PlanDefinitionInput, description: 'The content of the plan.' }),
  }),
});

const StartRunInput = builder.inputType('StartRunInput', {
  description: 'The run to start.',
  fields: (t) => ({
    from: t.field({
      type: StartFromInput,
      description: 'The plan. Prefer this to `plan` and `definition`, which are deprecated.',
    }),
    plan: t.string({
      description: `Deprecated: ${planDescription.charAt(0).toLowerCase()}${planDescription.slice(1)}`,
      deprecationReason: 'Use `from: { plan: … }`.',
    }),
    definition: t.field({
      type: PlanInput,
      description: 'Deprecated: the content of the plan instead of its name.',
      deprecationReason: 'Use `from: { definition: { content: … } }`.',
    }),
    home: t.field({
      type: PlanHomeInput,
      description: `Deprecated, with a definition: ${homeDescription}`,
      deprecationReason: 'Use `from: { definition: { content: …, home: … } }`.',
    }),
    runId: t.string({
      description:
        'The id of the run; 1 to 64 characters. Repeating an id returns the same run. Default: the plan and the day in UTC, e.g. `nightly-2025-01-15`, with `-2` for the second run of the day. Projects other than the first have a prefix, e.g. `site-nightly-2025-01-15`.',
    }),
    steps: t.stringList({
      description:
        'The steps to run. Default: all. Steps that they need but that are not listed count as succeeded.',
    }),
    inputs: t.field({ type: 'JSON', description: 'The inputs of the run. A JSON object of at most 64 KB.' }),
    exclusive: t.boolean({
      description: 'Whether only a worker that names this run may take its tasks. Default false.',
    }),
    idempotencyKey: t.string({
      description: 'Makes retries safe: repeating a request with the same key returns the same run.',
    }),
  }),
});

const RegisterPlanInput = builder.inputType('RegisterPlanInput', {
  description: internal('The plan to register.'),
  fields: (t) => ({
    plan: t.field({ type: PlanInput, required: true, description: 'The plan, as in its file.' }),
    home: t.field({ type: PlanHomeInput, description: homeDescription }),
  }),
});

const PolicyProblemType = builder.objectRef<PolicyProblem>('PolicyProblem').implement({
  description: 'A step that nobody can approve with the current configuration.',
  fields: (t) => ({
    task: t.exposeString('task', { description: 'The name of the step.' }),
    problem: t.exposeString('problem', { description: 'Why nobody can approve it, and what to set.' }),
  }),
});

const RegisteredPlan = builder.objectRef<RegisteredPlanShape>('RegisteredPlan').implement({
  description: internal('A registered plan.'),
  fields: (t) => ({
    hash: t.exposeString('hash', {
      description:
        'The hash by which workers ask for its tasks: SHA-256 of its content, or of project and content if another project has the same content.',
    }),
    name: t.string({ description: 'Its name.', resolve: ({ definition }) => definition.name }),
    project: t.string({
      nullable: true,
      description: 'The project that it belongs to, e.g. `acme/site`; null for none.',
      resolve: ({ project }) => project || null,
    }),
    scheduledElsewhere: t.stringList({
      description:
        'If it has no schedule on the server: the plans of this name that have one, with their projects, e.g. `acme/site:nightly`.',
      resolve: async ({ project, definition: { name } }, _args, { store }) =>
        labelsOf(name, await schedulesElsewhere(store.db, { project, name })),
    }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      description: "When it was registered, by the database's clock.",
    }),
    problems: t.field({
      type: [PolicyProblemType],
      description: 'Its steps that nobody can approve with the current configuration.',
      resolve: ({ definition, project }, _args, { store }) =>
        problemsOf(store, definition, store.approvalFloor?.({ project, name: definition.name })),
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
      'Starts a run of a plan. Its tasks are queued for workers. Only one run starts per run id, however often it is requested. Requires the `operate` scope; `work` is enough for an exclusive run of a plan that you send, without a run id.',
    authScopes: (_root, { input }, { viewer }) =>
      needsUnlessWorking('startRun', viewer, () => isForItself(input)),
    errors: { types: [InvalidInputError, RunExistsError, IdempotencyKeyReusedError, PlanElsewhereError] },
    args: { input: t.arg({ type: StartRunInput, required: true, description: 'The run and its plan.' }) },
    resolve: async (_root, { input }, context) => {
      const { store, viewer } = context;
      const { from, ...rest } = input;
      const { runId } = await namingFrom(from, async () => {
        const wanted = readInput(startRunInput, withHome({ ...rest, ...planOf(from, rest) }));
        if (wanted.definition) await refuseUnmeetable(store, wanted.definition, wanted.home?.project);
        return startRun(store, viewer, wanted);
      });
      return readChangedRun(context, runId);
    },
  }),
  registerPlan: t.field({
    type: RegisteredPlan,
    description: internal(
      'Registers a plan, so that workers can ask for its tasks. Requires the `work` scope.',
    ),
    authScopes: needs('registerPlan'),
    errors: { types: [InvalidInputError, PlanElsewhereError] },
    args: { input: t.arg({ type: RegisterPlanInput, required: true, description: 'The plan.' }) },
    resolve: async (_root, { input }, { store, viewer, via }) => {
      const { plan, home } = readInput(registerInput, withHome(input));
      await refuseUnmeetable(store, plan, home?.project);
      return registerPlan(store.db, viewer, plan, via, home);
    },
  }),
}));

const project = z.string().regex(projectPattern, expectedProject).nullish();
const onRecordInput = z.object({ hashes: z.array(reference(64)).max(1000), project });
const problemsInput = z.object({ plan: planDefinition, project });

builder.queryField('plansOnRecord', (t) =>
  t.field({
    type: ['String'],
    description: internal(
      'Which of these plan hashes are still used by runs that are open or can be retried, so that the worker must keep them. Requires the `work` scope.',
    ),
    authScopes: needs('findPlansOnRecord'),
    args: {
      hashes: t.arg.stringList({ required: true, description: 'The hashes; at most 1,000.' }),
      project: t.arg.string({
        description: 'The project that they belong to. Hashes registered by other projects are left out.',
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
      'The steps of a plan that nobody could approve with the current configuration. The plan is not stored.',
    authScopes: (_root, _args, { viewer }) => needsUnlessWorking('findPolicyProblems', viewer, () => true),
    args: {
      plan: t.arg({ type: PlanInput, required: true, description: 'The plan, as in its file.' }),
      project: t.arg.string({
        description:
          'The project that it belongs to, for which the server may demand more (`APPROVAL_FLOOR`).',
      }),
    },
    resolve: (_root, args, { store }) => {
      const { plan, project } = readInput(problemsInput, args);
      const rule = store.approvalFloor?.({ project: project ?? '', name: plan.name });
      return problemsOf(store, plan, rule);
    },
  }),
);
