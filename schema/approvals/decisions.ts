import {
  decisionOutcomeFacts,
  decisionViaFacts,
  recordedActionFacts,
} from '../../contract/words/decisions.ts';
import {
  countDecisions,
  decisionFilter,
  maxOfTask,
  readDecisionPage,
} from '../../domain/approvals/record.ts';
import { readInput } from '../../domain/input/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { enumOf, TaskStatusEnum } from '../enums.ts';
import { needs } from '../needs.ts';
import { requireReader } from '../ownWork.ts';
import { ProofEnum, ViewerKindEnum } from '../viewer.ts';

const RecordedActionEnum = enumOf('RecordedAction', recordedActionFacts, {
  description: 'What an entry of the audit log records.',
});

const OutcomeEnum = enumOf('DecisionOutcome', decisionOutcomeFacts, {
  description: 'The outcome of an attempt to decide.',
});

const ViaEnum = enumOf('DecisionVia', decisionViaFacts, {
  description: 'How an attempt to decide was made.',
});

/** `Decision`: one attempt to decide. */
const DecisionType = builder.prismaNode('Decision', {
  id: { field: 'id' },
  description:
    'An entry of the audit log: an attempt to decide, allowed or refused, or another action. Entries never change.',
  fields: (t) => ({
    databaseId: t.expose('id', {
      type: 'SafeInt',
      description: 'Its position in the audit log; later entries have higher numbers.',
    }),
    taskDatabaseId: t.exposeInt('taskId', {
      nullable: true,
      description:
        'The ID of the task, which may have been pruned since; null if the entry is not about a single task.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'What it is about if not a task: a plan, a delivery, a time.',
    }),
    task: t.exposeString('task', {
      nullable: true,
      description: 'The name of the task; null if there was no such task.',
    }),
    runId: t.exposeString('runId', { nullable: true, description: 'The run of the task.' }),
    action: t.expose('action', { type: RecordedActionEnum, description: 'What was attempted or done.' }),
    outcome: t.expose('outcome', { type: OutcomeEnum, description: 'Its outcome.' }),
    refusal: t.exposeString('refusal', { nullable: true, description: 'Why it was refused.' }),
    viewer: t.exposeString('viewer', {
      description: 'Who did it; `forgotten person` and a number for a person who was forgotten.',
    }),
    person: t.exposeInt('person', {
      nullable: true,
      description: 'The number of the person who did it; null for who is no person, and in older rows.',
    }),
    principal: t.exposeInt('principalId', {
      nullable: true,
      description:
        'The number of the account or address by which that person was known; null where none is linked to it, and in older rows.',
    }),
    viewerKind: t.expose('viewerKind', {
      type: ViewerKindEnum,
      nullable: true,
      description: 'The kind of that viewer; null in older rows.',
    }),
    actingFor: t.exposeString('actingFor', {
      nullable: true,
      description: 'The approver for whom the viewer decided as a delegate.',
    }),
    via: t.expose('via', { type: ViaEnum, description: 'How.' }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'The IP address it came from, if known.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'The note that was given.' }),
    headSha: t.exposeString('head', {
      nullable: true,
      description: 'The head commit of the pull request at that time.',
    }),
    repository: t.exposeString('repository', {
      nullable: true,
      description: 'The repository of the pull request, with its host, e.g. `github.com/acme/site`.',
    }),
    pullNumber: t.exposeInt('pullNumber', { nullable: true, description: 'The number of the pull request.' }),
    linkSha256: t.exposeString('linkSha256', {
      nullable: true,
      description: 'SHA-256 of the link of the task at that time, in hexadecimal.',
    }),
    excerptSha256: t.exposeString('excerptSha256', {
      nullable: true,
      description: 'SHA-256 of the log excerpt at that time, in hexadecimal.',
    }),
    proof: t.expose('proof', {
      type: ProofEnum,
      nullable: true,
      description: 'By what the viewer proved its identity; null in older rows.',
    }),
    groups: t.exposeStringList('groups', { description: 'The groups of the viewer at that time.' }),
    policy: t.expose('policy', {
      type: 'JSON',
      nullable: true,
      description: 'The policy that it was judged by; null without an approval.',
    }),
    planHash: t.exposeString('planHash', {
      nullable: true,
      description: 'The content of the plan of its run, by its hash; null without one.',
    }),
    fromStatus: t.expose('fromStatus', {
      type: TaskStatusEnum,
      nullable: true,
      description: 'The status before.',
    }),
    toStatus: t.expose('toStatus', {
      type: TaskStatusEnum,
      nullable: true,
      description: 'The status after.',
    }),
    decidedAt: t.expose('decidedAt', {
      type: 'DateTime',
      description: 'When it happened, by the database’s clock.',
    }),
  }),
});

const DecisionFilterInput = builder.inputType('DecisionFilter', {
  description: 'Filters the audit log. If you set several fields, all of them must match.',
  fields: (t) => ({
    taskDatabaseId: t.int({ description: 'Entries about this task.' }),
    runId: t.string({ description: 'Entries about tasks of this run.' }),
    viewer: t.string({
      description: 'Entries by this viewer; of a person by any address that is linked to it.',
    }),
    action: t.field({ type: [RecordedActionEnum], description: 'Any of these actions.' }),
    outcome: t.field({ type: [OutcomeEnum], description: 'Any of these outcomes.' }),
    since: t.field({ type: 'DateTime', description: 'At this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this time.' }),
  }),
});

const DecisionConnection = builder.connectionObject(
  {
    type: DecisionType,
    name: 'DecisionConnection',
    description: 'A page of the audit log, newest first.',
  },
  { name: 'DecisionEdge', description: 'An entry and its position in the audit log.' },
);

builder.prismaObjectField('Task', 'decisions', (t) =>
  t.field({
    type: [DecisionType],
    description: `The latest ${maxOfTask} entries of the audit log about it, newest first. The query \`decisions\` returns all.`,
    resolve: ({ id }, _args, context) => {
      requireReader(context);
      return context.loadDecisions(id);
    },
  }),
);

builder.queryFields((t) => ({
  decisions: t.connection(
    {
      type: DecisionType,
      description: 'The audit log: every attempt to decide, allowed or refused, newest first, page by page.',
      authScopes: needs('pageDecisions'),
      args: {
        filter: t.arg({ type: DecisionFilterInput, description: 'Only entries that match.' }),
      },
      resolve: (_root, { filter: given, ...page }, context) => {
        const { taskDatabaseId: taskId, action: actions, outcome: outcomes, ...rest } = given ?? {};
        const filter = readInput(decisionFilter, { taskId, actions, outcomes, ...rest });
        const { db } = context.store;
        return connect(
          context,
          page,
          (range) => readDecisionPage(db, filter, range),
          () => countDecisions(db, filter, maxTotalCount),
        );
      },
    },
    DecisionConnection,
  ),
}));
