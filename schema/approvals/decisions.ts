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
import { connect, maxTotalCount, totalCountDescription } from '../connection.ts';
import { enumOf, TaskStatusEnum } from '../enums.ts';
import { ViewerKindEnum } from '../viewer.ts';

const RecordedActionEnum = enumOf('RecordedAction', recordedActionFacts, {
  description: 'What an attempt to decide was for, or what became of an approval that nobody decided.',
});

const OutcomeEnum = enumOf('DecisionOutcome', decisionOutcomeFacts, {
  description: 'What came of an attempt to decide.',
});

const ViaEnum = enumOf('DecisionVia', decisionViaFacts, {
  description: 'How an attempt to decide came.',
});

/** `Decision`: one attempt to decide. */
const DecisionType = builder.prismaNode('Decision', {
  id: { field: 'id' },
  description:
    'One attempt to decide, allowed or refused, or what else somebody did. Nothing ever changes it.',
  fields: (t) => ({
    databaseId: t.expose('id', {
      type: 'SafeInt',
      description: 'Its place in the record; later attempts have higher ones.',
    }),
    taskDatabaseId: t.exposeInt('taskId', {
      nullable: true,
      description: 'The number of the task, which may be pruned by now; null where it was of no single task.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'Of what it was where that is no task: a plan, a delivery, a time.',
    }),
    task: t.exposeString('task', {
      nullable: true,
      description: 'Its name; null when there was no such task.',
    }),
    runId: t.exposeString('runId', { nullable: true, description: 'Its run.' }),
    action: t.expose('action', { type: RecordedActionEnum, description: 'What it was for.' }),
    outcome: t.expose('outcome', { type: OutcomeEnum, description: 'What came of it.' }),
    refusal: t.exposeString('refusal', { nullable: true, description: 'Why it was refused.' }),
    viewer: t.exposeString('viewer', { description: 'Who tried.' }),
    viewerKind: t.expose('viewerKind', {
      type: ViewerKindEnum,
      nullable: true,
      description: 'What stood behind that identity; null in older rows.',
    }),
    via: t.expose('via', { type: ViaEnum, description: 'How.' }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'From which address, if that is known.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'What was said of it.' }),
    headSha: t.exposeString('head', {
      nullable: true,
      description: 'The head commit of the pull request as it was known then.',
    }),
    repository: t.exposeString('repository', {
      nullable: true,
      description: 'The repository of the pull request, with its host, e.g. `github.com/acme/site`.',
    }),
    pullNumber: t.exposeInt('pullNumber', { nullable: true, description: 'The number of the pull request.' }),
    linkSha256: t.exposeString('linkSha256', {
      nullable: true,
      description: 'SHA-256 of the link of the task as it was then, in hexadecimal.',
    }),
    excerptSha256: t.exposeString('excerptSha256', {
      nullable: true,
      description: 'SHA-256 of the log excerpt as it was then, in hexadecimal.',
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
    decidedAt: t.expose('decidedAt', { type: 'DateTime', description: 'When, by the database’s clock.' }),
  }),
});

const DecisionFilterInput = builder.inputType('DecisionFilter', {
  description: 'Which attempts to decide a list holds. Several fields mean all of them.',
  fields: (t) => ({
    taskDatabaseId: t.int({ description: 'About this task.' }),
    runId: t.string({ description: 'About tasks of this run.' }),
    viewer: t.string({ description: 'By this viewer.' }),
    action: t.field({ type: [RecordedActionEnum], description: 'For any of these.' }),
    outcome: t.field({ type: [OutcomeEnum], description: 'With any of these outcomes.' }),
    since: t.field({ type: 'DateTime', description: 'At this time or later.' }),
    until: t.field({ type: 'DateTime', description: 'Before this time.' }),
  }),
});

const DecisionConnection = builder.connectionObject(
  {
    type: DecisionType,
    name: 'DecisionConnection',
    description: 'A page of the record of decisions, newest first.',
    fields: (t) => ({
      totalCount: t.int({ description: totalCountDescription, resolve: (page) => page.countAll() }),
    }),
  },
  { name: 'DecisionEdge', description: 'An attempt to decide and its position in the record.' },
);

builder.prismaObjectField('Task', 'decisions', (t) =>
  t.field({
    type: [DecisionType],
    description: `The newest ${maxOfTask} attempts to decide about it, the newest first; the query \`decisions\` has all.`,
    resolve: ({ id }, _args, { loadDecisions }) => loadDecisions(id),
  }),
);

builder.queryFields((t) => ({
  decisions: t.connection(
    {
      type: DecisionType,
      description: 'Every attempt to decide, allowed or refused, newest first, a page at a time.',
      authScopes: { read: true },
      args: {
        filter: t.arg({ type: DecisionFilterInput, description: 'Only the attempts that match.' }),
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
