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
  PersonRefusedError,
} from '../domain/input/errors.ts';
import type { InputIssue } from '../domain/input/wording.ts';
import { builder } from './builder.ts';
import { ApprovalStateEnum, TaskStatusEnum } from './enums.ts';

/** What every expected error has. */
export const ErrorInterface = builder.interfaceRef<Error>('Error').implement({
  description: 'An expected error: the request was valid but refused, and nothing was changed.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What went wrong, and what you can do about it.' }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'There is no such task, run or delivery.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`Task`, `Run` or `Delivery`.' }),
    key: t.exposeString('key', { description: 'The id that was requested.' }),
  }),
});

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'An error in one field.',
  fields: (t) => ({
    path: t.stringList({
      description: 'The path to the field, e.g. `["inputs", "flags"]`; empty for the whole input.',
      resolve: (issue) => issue.path.map(String),
    }),
    message: t.exposeString('message', { description: 'What was expected and what came.' }),
    type: t.exposeString('type', { description: 'The kind of error in one word, e.g. `too_big`.' }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Some fields of the input are invalid.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueType],
      description: 'All errors that were found.',
      resolve: (error) => [...error.issues],
    }),
  }),
});

builder.objectType(IllegalTransitionError, {
  name: 'IllegalTransitionError',
  description: 'The task cannot change from its current status to the requested one.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    from: t.expose('from', { type: TaskStatusEnum, description: 'The current status.' }),
    to: t.expose('to', { type: TaskStatusEnum, description: 'The requested status.' }),
  }),
});

builder.objectType(NotAwaitingApprovalError, {
  name: 'NotAwaitingApprovalError',
  description: 'This task does not need approval.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    status: t.expose('status', { type: TaskStatusEnum, description: 'The current status.' }),
  }),
});

builder.objectType(AlreadyDecidedError, {
  name: 'AlreadyDecidedError',
  description: 'Someone has already decided differently.',
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
  description: 'The approval policy does not allow you to make this decision.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }) }),
});

builder.objectType(HeadMovedError, {
  name: 'HeadMovedError',
  description: 'The head commit of the pull request is not the one that you reviewed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    expected: t.exposeString('expected', { description: 'The commit that you named.' }),
    head: t.exposeString('head', { description: 'The current head commit, as last seen.' }),
  }),
});

builder.objectType(NotAsShownError, {
  name: 'NotAsShownError',
  description:
    'The task has changed since you reviewed it, or the request does not say what you reviewed although it must.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    field: t.exposeString('field', {
      description: 'What has changed or is missing: `approvalId`, `expectedOutputsUri` or `expectedHeadSha`.',
    }),
  }),
});

builder.objectType(DecisionIsFinalError, {
  name: 'DecisionIsFinalError',
  description: 'A report would change a decision, what the approver saw, or a task that Nightshift runs.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    taskId: t.exposeInt('taskId', { description: 'The `databaseId` of the task.' }),
    field: t.exposeString('field', { description: 'The field that cannot be changed.' }),
  }),
});

builder.objectType(IdempotencyKeyReusedError, {
  name: 'IdempotencyKeyReusedError',
  description: 'The idempotency key was already used for a different request.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ key: t.exposeString('key', { description: 'The key.' }) }),
});

builder.objectType(PersonRefusedError, {
  name: 'PersonRefusedError',
  description: 'You may not do this to that person, or not with what you signed in with.',
  interfaces: [ErrorInterface],
});
