import {
  AlreadyDecidedError,
  DecisionIsFinalError,
  HeadMovedError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  InvalidInputError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  NotFoundError,
} from '../domain/input/errors.ts';
import type { InputIssue } from '../domain/input/wording.ts';
import { builder } from './builder.ts';
import { ApprovalStateEnum, TaskStatusEnum } from './enums.ts';

/** What every expected error has. */
export const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description: 'An expected error: the request was understood and refused, and nothing was changed.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What was wrong, and what to do about it.' }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'There is no such task, run or delivery.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`Task`, `Run` or `Delivery`.' }),
    key: t.exposeString('key', { description: 'The id that was looked for.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One fault of one field.',
  fields: (t) => ({
    path: t.stringList({
      description: 'The way to the field, e.g. `["inputs", "flags"]`; empty for the input as a whole.',
      resolve: (issue) => issue.path.map(String),
    }),
    message: t.exposeString('message', { description: 'What was expected and what came.' }),
    type: t.exposeString('type', { description: 'The kind of fault in one word, e.g. `too_big`.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Fields of the input are not what they must be.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      description: 'Every fault that was found.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(IllegalTransitionError, {
  name: 'IllegalTransitionError',
  description: 'The task cannot go from its present status to the wanted one.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    from: t.expose('from', { type: TaskStatusEnum, description: 'The present status.' }),
    to: t.expose('to', { type: TaskStatusEnum, description: 'The wanted status.' }),
  }),
});

builder.objectType(NotAwaitingApprovalError, {
  name: 'NotAwaitingApprovalError',
  description: 'There is nothing to decide about this task.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    status: t.expose('status', { type: TaskStatusEnum, description: 'The present status.' }),
  }),
});

builder.objectType(AlreadyDecidedError, {
  name: 'AlreadyDecidedError',
  description: 'Somebody has decided otherwise already.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    decision: t.expose('approvalState', {
      type: ApprovalStateEnum,
      description: 'The decision that was made.',
    }),
    approver: t.exposeString('approver', { nullable: true, description: 'Who made it.' }),
  }),
});

builder.objectType(MayNotDecideError, {
  name: 'MayNotDecideError',
  description: 'The policy of the approval does not let you decide so.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }) }),
});

builder.objectType(HeadMovedError, {
  name: 'HeadMovedError',
  description: 'The pull request has another head commit than the one that you looked at.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    expected: t.exposeString('expected', { description: 'The commit that you named.' }),
    head: t.exposeString('head', { description: 'The head commit that was last heard of.' }),
  }),
});

builder.objectType(NotAsShownError, {
  name: 'NotAsShownError',
  description:
    'The task is not as you looked at it, or you did not say what you looked at where that is needed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    field: t.exposeString('field', {
      description: 'Which of what was shown: `approvalId`, `expectedOutputsUri` or `expectedHeadSha`.',
    }),
  }),
});

builder.objectType(DecisionIsFinalError, {
  name: 'DecisionIsFinalError',
  description:
    'A report would undo or rewrite a decision, what was shown for it, or a task that the engine runs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    field: t.exposeString('field', { description: 'The field that cannot be changed.' }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description: 'The idempotency key was used for a different request before.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ key: t.exposeString('key', { description: 'The key.' }) }),
});
