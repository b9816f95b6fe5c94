import { type ContentChange, changesBetween } from '../../contract/plan/contentChanges.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { maxContents, type PlanContent } from '../../domain/plans/contents.ts';
import { type PlanDefinition, unclaimedLimitsOf } from '../../domain/plans/planDefinition.ts';
import { builder } from '../builder.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { nodeKinds } from '../nodeKinds.ts';
import { requireReader } from '../ownWork.ts';
import { KnownPlanType } from './planState.ts';
import { PlanStepType } from './planSteps.ts';

/** How many steps or changes are shown at most, and how many without a word. */
const [mostShown, usuallyShown] = [200, 50];

const ContentChangeType = builder.objectRef<ContentChange>('PlanContentChange').implement({
  description: 'One difference between a content of a plan and the one before it.',
  fields: (t) => ({
    step: t.exposeString('step', { nullable: true, description: 'The step; null for the plan as a whole.' }),
    text: t.exposeString('text', {
      description: 'What changed, as a sentence: `Step build: retries changed from 0 to 2.`',
    }),
  }),
});

const PlanContentType = builder.node(builder.objectRef<PlanContent>('PlanContent'), {
  id: { resolve: nodeKinds.PlanContent.keyOf },
  description:
    'A content of a plan as it was registered: the order and limits of its steps, without commands or secrets.',
  fields: (t) => ({
    hash: t.exposeString('hash', { description: 'Identifies it; its runs name it as their plan hash.' }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      description: 'When it was last registered. Of a plan, the latest content counts.',
    }),
    firstRegisteredAt: t.expose('firstRegisteredAt', {
      type: 'DateTime',
      description: 'When it was first registered.',
    }),
    registeredBy: t.exposeString('registeredBy', {
      nullable: true,
      description: 'Who last registered it; null if unknown.',
    }),
    path: t.exposeString('path', {
      nullable: true,
      description: 'The path of its file in the repository of the project; null if unknown.',
    }),
    concurrency: t.int({
      description: 'How many of its tasks may run at once.',
      resolve: async ({ hash }, _args, context) => (await definitionOf(context, hash)).concurrency ?? 1,
    }),
    unclaimedAfterMs: t.field({
      type: 'SafeInt',
      description:
        'How long in milliseconds no matching worker may ask for a task that is ready before you are notified.',
      resolve: async ({ hash }, _args, context) =>
        unclaimedLimitsOf(await definitionOf(context, hash)).afterMs,
    }),
    unclaimedFailsMs: t.field({
      type: 'SafeInt',
      description: 'Milliseconds after which such a task fails.',
      resolve: async ({ hash }, _args, context) =>
        unclaimedLimitsOf(await definitionOf(context, hash)).failsMs,
    }),
    stepCount: t.int({
      description: 'How many steps it has.',
      resolve: async ({ hash }, _args, context) => (await definitionOf(context, hash)).steps.length,
    }),
    steps: t.field({
      type: [PlanStepType],
      description: 'Its steps, in the order of the plan.',
      args: {
        first: t.arg.int({ defaultValue: usuallyShown, description: `How many; 1 to ${mostShown}.` }),
        skip: t.arg.int({ defaultValue: 0, description: 'How many to leave out before these.' }),
      },
      resolve: async ({ hash }, { first, skip }, context) => {
        const count = checkCount(first);
        context.spendNodes(count);
        const from = Math.max(0, skip ?? 0);
        return (await definitionOf(context, hash)).steps.slice(from, from + count);
      },
    }),
    changeCount: t.int({
      nullable: true,
      description: 'How many differences there are to the content before it; null for the oldest.',
      resolve: async (content, _args, context) => (await changesOf(context, content))?.length ?? null,
    }),
    changes: t.field({
      type: [ContentChangeType],
      nullable: true,
      description: 'What changed since the content before it in the list; null for the oldest.',
      args: {
        first: t.arg.int({ defaultValue: usuallyShown, description: `How many; 1 to ${mostShown}.` }),
      },
      resolve: async (content, { first }, context) => {
        const count = checkCount(first);
        context.spendNodes(count);
        return (await changesOf(context, content))?.slice(0, count) ?? null;
      },
    }),
  }),
});

const PlanContentConnection = builder.connectionObject(
  {
    type: PlanContentType,
    name: 'PlanContentConnection',
    description: 'A page of the contents of a plan, newest first.',
  },
  { name: 'PlanContentEdge', description: 'A content of a plan and its position in the list.' },
);

builder.objectFields(KnownPlanType, (t) => ({
  origins: t.stringList({
    description:
      'The repositories that it belongs to, e.g. `github.com/acme/site`, as its first worker or an admin said. Requires the `read` scope.',
    resolve: ({ plan, project }, _args, context) => {
      requireReader(context);
      return context.loadOrigins({ project: project ?? '', name: plan });
    },
  }),
  contents: t.connection(
    {
      type: PlanContentType,
      description: `Its contents, newest first: at most ${maxContents} at once, which is the default. Requires the \`read\` scope.`,
      resolve: ({ plan, project }, page, context) => {
        requireReader(context);
        const key = { project: project ?? '', name: plan };
        const first = page.first ?? (page.last == null ? maxContents : null);
        return connect(
          context,
          { ...page, first },
          (range) => context.loadContents(key, range),
          () => context.loadContentCount(key),
        );
      },
    },
    PlanContentConnection,
  ),
}));

/** @throws InvalidInputError */
function checkCount(first: number | null | undefined): number {
  const count = first ?? usuallyShown;
  if (count >= 1 && count <= mostShown) return count;
  const message = `expected a whole number from 1 to ${mostShown}, got ${count}`;
  throw new InvalidInputError([{ path: ['first'], message, type: count < 1 ? 'too_small' : 'too_big' }]);
}

async function definitionOf({ loadDefinition }: Context, hash: string): Promise<PlanDefinition> {
  const definition = await loadDefinition(hash);
  if (definition !== null) return definition;
  throw new Error(`Plan ${hash} is not registered.`);
}

/** Compared once for all fields that show it. */
const compared = new WeakMap<PlanContent, Promise<ContentChange[]>>();

async function changesOf(context: Context, content: PlanContent): Promise<ContentChange[] | undefined> {
  const { hash, earlierHash } = content;
  if (earlierHash === null) return undefined;
  let changes = compared.get(content);
  if (changes === undefined) {
    changes = Promise.all([definitionOf(context, earlierHash), definitionOf(context, hash)]).then(
      ([before, after]) => changesBetween(before, after),
    );
    compared.set(content, changes);
  }
  return changes;
}
