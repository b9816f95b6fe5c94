import { type DecisionAction, decisionActions } from '../../contract/words/decisions.ts';
import { type Consequence, consequenceOf } from '../../domain/approvals/consequence.ts';
import { type DecisionRights, rightsWithoutScope } from '../../domain/approvals/rights.ts';
import { type ShownVoidVote, showVoidVotes } from '../../domain/approvals/voidVotes.ts';
import { mayDo } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { readTaskOf } from '../tasks/readTaskOf.ts';
import { refusal } from '../unauthorized.ts';

const MayDecideType = builder.objectRef<DecisionRights>('MayDecide').implement({
  description:
    'What you may do about an approval now, by the rules that decide. It holds if you name the approval and the head commit that you were shown.',
  fields: (t) => ({
    hasVoted: t.exposeBoolean('hasVoted', {
      description: 'Whether you have approved it already. Approving it again changes nothing.',
    }),
    isLast: t.exposeBoolean('isLast', {
      description: 'Whether your approval is the last that is needed, so that its `consequence` follows.',
    }),
    actingFor: t.exposeString('actingFor', {
      nullable: true,
      description: 'The approver for whom you would decide as a delegate.',
    }),
    needsFreshSignIn: t.exposeBoolean('needsFreshSignIn', {
      description: 'Whether you may approve it after you have signed in again, because its risk is high.',
    }),
    missing: t.exposeInt('missing', { description: 'How many more approvals are needed.' }),
    stillMay: t.exposeStringList('stillMay', {
      description:
        'The people and groups that the policy names and that may still approve. Empty if it names nobody: then everyone with the `approve` scope may.',
    }),
  }),
});

for (const action of decisionActions) declareRight(action);

/** Two fields for each decision: whether it is allowed, and why not. */
function declareRight(action: DecisionAction): void {
  builder.objectFields(MayDecideType, (t) => ({
    [action]: t.boolean({
      description: `Whether you may ${action} it.`,
      resolve: ({ whyNot }) => whyNot[action] === null,
    }),
    [`whyNot${action.charAt(0).toUpperCase()}${action.slice(1)}`]: t.string({
      nullable: true,
      description: `Why you may not ${action} it; null if you may.`,
      resolve: ({ whyNot }) => whyNot[action],
    }),
  }));
}

const ConsequenceType = builder.objectRef<Consequence>('Consequence').implement({
  description: 'What happens once an approval is approved.',
  fields: (t) => ({
    text: t.exposeString('text', {
      description: 'In words, to follow "Approving it": `merges commit 5f2c8a1c of acme/site#9 into main`.',
    }),
    pullAction: t.exposeString('pullAction', {
      nullable: true,
      description: 'What is done to the pull request: `merge` or `label:NAME`; null for nothing.',
    }),
    runs: t.exposeString('runs', {
      nullable: true,
      description: 'The command that then runs, or its inputs if it has none, in one line; null for none.',
    }),
    releases: t.exposeInt('releases', { description: 'How many steps of the run wait for it.' }),
  }),
});

const VoidVoteType = builder.objectRef<ShownVoidVote>('VoidVote').implement({
  description: 'An approval that no longer counts because another commit was pushed after it.',
  fields: (t) => ({
    viewer: t.exposeString('viewer', { description: 'Who had approved.' }),
    headSha: t.exposeString('headSha', {
      nullable: true,
      description: 'The head commit that was approved; null if it was unknown.',
    }),
    compareUrl: t.exposeString('compareUrl', {
      nullable: true,
      description: 'The page that shows what changed since then; null if that is unknown.',
    }),
  }),
});

builder.prismaObjectField('Approval', 'mayDecide', (t) =>
  t.field({
    type: MayDecideType,
    description: 'What you may do about it, and who else may.',
    resolve: async (approval, _args, context) => {
      const { viewer } = context;
      const rights = await context.loadRights(approval);
      return mayDo(viewer, 'approve')
        ? rights
        : rightsWithoutScope(rights, refusal(viewer, 'approve').message);
    },
  }),
);

builder.prismaObjectField('Approval', 'consequence', (t) =>
  t.field({
    type: ConsequenceType,
    description: 'What happens once it is approved.',
    resolve: async (approval, _args, context) => {
      const { kind, pullRequest, taskId } = approval;
      const isGate = kind === 'gate';
      // What a task was given is for readers.
      const showsInputs = isGate && mayDo(context.viewer, 'read');
      const [task, waiting, kept] = await Promise.all([
        showsInputs ? readTaskOf(context, taskId) : undefined,
        isGate ? 0 : context.loadWaitingSteps(taskId),
        pullRequest?.headSha == null ? null : context.loadPullDetails(pullRequest),
      ]);
      const inputs = task?.leftOut ? await context.large.inputs(taskId) : task?.inputs;
      const baseRef = kept?.details?.baseRef ?? null;
      return consequenceOf({ approval, inputs, baseRef, waiting }, context.store);
    },
  }),
);

builder.prismaObjectField('Approval', 'voidVotes', (t) =>
  t.field({
    type: [VoidVoteType],
    description:
      'The approvals that a new push dismissed and that were not given again, at most 20, each with what changed since.',
    resolve: async (approval, _args, { loadVoidVotes }) =>
      showVoidVotes(approval, await loadVoidVotes(approval.id)),
  }),
);
