import { approvalKindFacts } from '../../contract/words/approvals.ts';
import type { PullAction } from '../../domain/approvals/approval.ts';
import type { ApprovalPolicy } from '../../domain/plans/policy.ts';
import { builder } from '../builder.ts';
import { ApprovalStateEnum, enumOf } from '../enums.ts';
import { ExpiryActionEnum, RiskEnum } from '../plans/planWords.ts';
import { readTaskOf } from '../tasks/readTaskOf.ts';
import { TaskType } from '../tasks/task.ts';
import { PullRequestType } from './pullRequest.ts';

/** `ApprovalPolicy`: how an approval is decided. */
export const PolicyType = builder.objectRef<ApprovalPolicy>('ApprovalPolicy').implement({
  description: 'How an approval is decided, with all defaults filled in.',
  fields: (t) => ({
    approvers: t.exposeStringList('approvers', {
      description:
        'Viewers and groups (`group:release`) that may approve and reject. Empty: everyone with the `approve` scope.',
    }),
    alsoApprovers: t.stringList({
      description:
        'Of whom the server demands that they be among those who approve or reject, beside `approvers` (`APPROVAL_FLOOR`). Empty: no such demand.',
      resolve: ({ alsoApprovers = [] }) => [...alsoApprovers],
    }),
    required: t.exposeInt('required', { description: 'How many different people must approve.' }),
    denySelf: t.exposeBoolean('denySelf', {
      description:
        'Prevents self-approval: whoever started the run or wrote the pull request may not approve.',
    }),
    expiresAfterMs: t.expose('expiresAfterMs', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds until the approval expires; null means never.',
    }),
    onExpire: t.expose('onExpire', { type: ExpiryActionEnum, description: 'What happens when it expires.' }),
    remind: t.exposeFloatList('remind', {
      description: 'After which fractions of that time reminders are sent.',
    }),
    escalateTo: t.exposeStringList('escalateTo', {
      description: 'Who else may decide after it was escalated.',
    }),
    onApprove: t.exposeString('onApprove', {
      description: 'What an approval does to the pull request: `none`, `merge`, or `label:NAME`.',
    }),
    risk: t.expose('risk', { type: RiskEnum, description: 'How much care the decision needs.' }),
  }),
});

const PullActionType = builder.objectRef<PullAction>('PullAction').implement({
  description: 'What an approval does to its pull request.',
  fields: (t) => ({
    action: t.exposeString('action', { description: '`merge` or `label:NAME`.' }),
    state: t.exposeString('state', { description: '`owed` (pending), `done` or `failed`.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why the last try failed.' }),
  }),
});

const ApprovalKindEnum = enumOf('ApprovalKind', approvalKindFacts, {
  description: 'What is approved.',
});

/** `Approval`: the wait for a decision about a task. */
export const ApprovalType = builder.prismaNode('Approval', {
  id: { field: 'id' },
  description: 'A request for a decision about a task: its policy, votes and outcome.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', {
      description: 'Its ID. Pass it as `approvalId` to decide about this approval and no later one.',
    }),
    task: t.field({
      type: TaskType,
      description: 'The task that needs, or needed, approval.',
      resolve: ({ taskId }, _args, context) => readTaskOf(context, taskId),
    }),
    version: t.exposeInt('version', {
      description:
        'Rises with every change of the approval, votes included. Of two readings the one with the higher version is the later. See `changed`.',
    }),
    kind: t.expose('kind', { type: ApprovalKindEnum, description: 'What is approved.' }),
    state: t.expose('state', { type: ApprovalStateEnum, description: 'Its state.' }),
    problem: t.string({
      nullable: true,
      description:
        'Why nobody can approve it with the current configuration, and what to set; null if someone can.',
      resolve: (approval, _args, { loadProblem }) => loadProblem(approval),
    }),
    policy: t.expose('policy', { type: PolicyType, description: 'How it is decided.' }),
    voters: t.exposeStringList('voters', {
      description:
        'The viewers who have approved so far, earliest first. The task is approved when there are `policy.required` of them.',
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When approval was requested.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it expires; null means never.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is pending.',
    }),
    escalatedAt: t.expose('escalatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was escalated because nobody decided in time; null if it was not.',
    }),
    staleAt: t.expose('staleAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a new push dismissed the approvals so far; null if there was none.',
    }),
    remark: t.exposeString('remark', {
      nullable: true,
      description:
        'Why merging or closing the pull request decided nothing, or why the server cannot read it; null otherwise. See also `Task.remarks`.',
    }),
    pullAction: t.expose('pullAction', {
      type: PullActionType,
      nullable: true,
      description: 'What the approval does to the pull request; null if nothing.',
    }),
    pullRequest: t.expose('pullRequest', {
      type: PullRequestType,
      nullable: true,
      description: 'The pull request that it is about; null if the task opened none.',
    }),
  }),
});

builder.prismaObjectField('Task', 'approval', (t) =>
  t.field({
    type: ApprovalType,
    nullable: true,
    description: 'Its latest approval; null if it never needed one.',
    resolve: ({ id }, _args, { loadApproval }) => loadApproval(id),
  }),
);
