import { pullStateOf } from '../../contract/pulls/pullState.ts';
import { approvalKindFacts } from '../../contract/words/approvals.ts';
import type { PullAction, PullRequest } from '../../domain/approvals/approval.ts';
import { problemOf } from '../../domain/approvals/problemOf.ts';
import type { ApprovalPolicy } from '../../domain/plans/policy.ts';
import { builder } from '../builder.ts';
import { ApprovalStateEnum, enumOf } from '../enums.ts';
import { ExpiryActionEnum, RiskEnum } from '../plans/planWords.ts';
import { readTaskOf } from '../tasks/readTaskOf.ts';
import { TaskType } from '../tasks/task.ts';

const PolicyType = builder.objectRef<ApprovalPolicy>('ApprovalPolicy').implement({
  description: 'How an approval is decided, with every default filled in.',
  fields: (t) => ({
    approvers: t.exposeStringList('approvers', {
      description:
        'Viewers and groups (`group:release`) that may approve and reject; none means everybody with the `approve` scope.',
    }),
    required: t.exposeInt('required', { description: 'How many distinct people must approve.' }),
    denySelf: t.exposeBoolean('denySelf', {
      description: 'Whether who started the run or authored the pull request may not approve.',
    }),
    expiresAfterMs: t.expose('expiresAfterMs', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds until it expires; null for never.',
    }),
    onExpire: t.expose('onExpire', { type: ExpiryActionEnum, description: 'What happens then.' }),
    remind: t.exposeFloatList('remind', {
      description: 'After which parts of its time it is reminded of.',
    }),
    escalateTo: t.exposeStringList('escalateTo', {
      description: 'Who may decide as well once it was escalated.',
    }),
    onApprove: t.exposeString('onApprove', {
      description: 'What an approval brings about at the pull request: none, merge, or label: and a name.',
    }),
    risk: t.expose('risk', { type: RiskEnum, description: 'How much care it asks for.' }),
  }),
});

const PullRequestType = builder.objectRef<PullRequest>('PullRequest').implement({
  description: 'The pull request that an approval is bound to, as it was last heard of.',
  fields: (t) => ({
    host: t.exposeString('host', { description: 'Where it is, e.g. github.com.' }),
    owner: t.exposeString('owner', { description: 'Who owns its repository.' }),
    repo: t.exposeString('repo', { description: 'The name of its repository.' }),
    number: t.exposeInt('number', { description: 'Its number in the repository.' }),
    headSha: t.exposeString('headSha', {
      nullable: true,
      description:
        'Its head commit; null while its host was not heard. Give it as `expectedHeadSha` to decide about this one.',
    }),
    state: t.string({
      description:
        'open, closed or merged; not_checked while nobody has looked at it, and unknown where it could not be read.',
      resolve: pullStateOf,
    }),
    author: t.exposeString('author', {
      nullable: true,
      description: 'Who opened it, by the login of its host; null while its host was not heard.',
    }),
    isOwn: t.exposeBoolean('isOwn', {
      description:
        "Whether it is of the task's own repository; otherwise nothing that happens to it decides, and a person does.",
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When its host was last heard; null when it never was.',
    }),
  }),
});

const PullActionType = builder.objectRef<PullAction>('PullAction').implement({
  description: 'What an approval brings about at its pull request.',
  fields: (t) => ({
    action: t.exposeString('action', { description: 'merge, or label: and a name.' }),
    state: t.exposeString('state', { description: 'owed, done or failed.' }),
    error: t.exposeString('error', { nullable: true, description: 'Why the last try failed.' }),
  }),
});

const ApprovalKindEnum = enumOf('ApprovalKind', approvalKindFacts, {
  description: 'What is approved.',
});

/** `Approval`: the wait for a decision about a task. */
const ApprovalType = builder.prismaNode('Approval', {
  id: { field: 'id' },
  description: 'The wait for a decision about a task: its policy, its votes and its end.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', {
      description: 'Its number; give it as `approvalId` to decide about this wait and no later one.',
    }),
    task: t.field({
      type: TaskType,
      description: 'The task that waits, or waited.',
      resolve: ({ taskId }, _args, context) => readTaskOf(context, taskId),
    }),
    kind: t.expose('kind', { type: ApprovalKindEnum, description: 'What is approved.' }),
    state: t.expose('state', { type: ApprovalStateEnum, description: 'Where it stands.' }),
    problem: t.string({
      nullable: true,
      description: 'Why nobody can ever approve it in this set-up, and what to set; null when somebody can.',
      resolve: (approval, _args, { store }) => problemOf(approval, store) ?? null,
    }),
    policy: t.expose('policy', { type: PolicyType, description: 'How it is decided.' }),
    voters: t.exposeStringList('voters', {
      description:
        'The distinct viewers whose approvals count so far, the earliest first; `policy.required` of them approve.',
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When the task began to wait.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when it can be decided; null for ever.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the wait ended; null while it goes on.',
    }),
    escalatedAt: t.expose('escalatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When nobody had decided in time and others were asked; null when that was not so.',
    }),
    staleAt: t.expose('staleAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a new push voided the votes; null while the first head commit stands.',
    }),
    remark: t.exposeString('remark', {
      nullable: true,
      description:
        'Why a merge or a close of the pull request decided nothing, and why the server cannot read it; null otherwise. `Task.remarks` says what else is to know.',
    }),
    pullAction: t.expose('pullAction', {
      type: PullActionType,
      nullable: true,
      description: 'What it brings about at the pull request; null while, and when, that is nothing.',
    }),
    pullRequest: t.expose('pullRequest', {
      type: PullRequestType,
      nullable: true,
      description: 'The pull request that it is bound to; null when the task made none.',
    }),
  }),
});

builder.prismaObjectField('Task', 'approval', (t) =>
  t.field({
    type: ApprovalType,
    nullable: true,
    description: 'The latest wait for a decision about it; null when nobody was ever asked.',
    resolve: ({ id }, _args, { loadApproval }) => loadApproval(id),
  }),
);
