import { builder } from '../builder.ts';
import {
  ApprovalModeEnum,
  ExpiryActionEnum,
  NotifyWhenEnum,
  OnOpenEnum,
  RetryCauseEnum,
  RiskEnum,
} from './planWords.ts';

const BackoffInput = builder.inputType('BackoffInput', {
  description: 'The pauses between attempts: the first one, how it grows, and its longest.',
  fields: (t) => ({
    delayMs: t.field({ type: 'SafeInt', required: true, description: 'The first pause in milliseconds.' }),
    factor: t.float({
      required: true,
      description: 'By how much each pause is longer than the one before; 1 to 10.',
    }),
    maxMs: t.field({ type: 'SafeInt', required: true, description: 'The longest pause in milliseconds.' }),
  }),
});

const ApprovalPolicyInput = builder.inputType('ApprovalPolicyInput', {
  description: 'How an approval is decided; what is left out has its default.',
  fields: (t) => ({
    approvers: t.stringList({
      description:
        'Viewers and groups (`group:release`) that may approve and reject. Default everybody with the `approve` scope.',
    }),
    required: t.int({ description: 'How many distinct people must approve; 1 to 10. Default 1.' }),
    denySelf: t.boolean({
      description: 'Whether who started the run or authored the pull request may not approve. Default false.',
    }),
    expiresAfterMs: t.field({
      type: 'SafeInt',
      description: 'Milliseconds until it expires; null for never. Default 72 hours.',
    }),
    onExpire: t.field({ type: ExpiryActionEnum, description: 'What happens then. Default `EXPIRE`.' }),
    remind: t.floatList({
      description:
        'After which parts of its time it is reminded of, above 0 and below 1. Default 0.5 and 0.9.',
    }),
    escalateTo: t.stringList({ description: 'Who may decide as well once it was escalated.' }),
    onApprove: t.string({
      description:
        'What an approval brings about at the pull request: none, merge, or label: and a name. Default none.',
    }),
    risk: t.field({ type: RiskEnum, description: 'How much care it asks for. Default `LOW`.' }),
  }),
});

const PlanStepInput = builder.inputType('PlanStepInput', {
  description: 'One step of a plan, as far as the server needs to know it: never its command.',
  fields: (t) => ({
    task: t.string({ required: true, description: 'Its name, e.g. `seo.validate`; unique in the plan.' }),
    needs: t.stringList({ description: 'The steps that must succeed before it starts.' }),
    retries: t.int({ description: 'How many attempts may follow the first; 0 to 20. Default 0.' }),
    backoff: t.field({ type: BackoffInput, description: 'The pauses between attempts.' }),
    retryOn: t.field({ type: [RetryCauseEnum], description: 'What is tried again. Default all of them.' }),
    lock: t.string({ description: 'A key that no two running tasks share, across runs.' }),
    labels: t.stringList({ description: 'What a worker must be labelled with to take it.' }),
    runAs: t.string({
      description:
        'Whose rights its command has, as `user` or `user:group`. Default the rights of the worker.',
    }),
    onOpen: t.field({
      type: OnOpenEnum,
      description: 'What to do while earlier work of this step is open. Default `RUN`.',
    }),
    approval: t.field({ type: ApprovalModeEnum, description: 'When it waits for a human. Default `AUTO`.' }),
    policy: t.field({ type: ApprovalPolicyInput, description: 'How its approval is decided.' }),
    gate: t.field({
      type: ApprovalPolicyInput,
      description:
        'How it is approved before it runs; left out where nobody is asked. A gate neither approves at its expiry nor brings anything about.',
    }),
    skipCode: t.int({
      description: 'The exit code that means skipped, 1 to 255; 0: none does. Default 77.',
    }),
    inputs: t.field({
      type: 'JSON',
      description: 'What it is given, for the record. A JSON object of at most 64 KB.',
    }),
  }),
});

const NotifyInput = builder.inputType('NotifyInput', {
  description: 'What of its runs is told, and when.',
  fields: (t) => ({
    failure: t.field({
      type: NotifyWhenEnum,
      description: 'A step failed that did not fail in the run before. Default `NOW`.',
    }),
    repeat: t.field({ type: NotifyWhenEnum, description: 'A step failed again. Default `DIGEST`.' }),
    recovery: t.field({
      type: NotifyWhenEnum,
      description: 'A step succeeded that had failed in the run before. Default `NOW`.',
    }),
    summary: t.field({
      type: NotifyWhenEnum,
      description: 'Nothing of a run is left to do: what came of each task. Default `NOW`.',
    }),
    unclaimed: t.field({
      type: NotifyWhenEnum,
      description: 'No worker asks for a task that could be taken. Default `NOW`.',
    }),
    schedule: t.field({
      type: NotifyWhenEnum,
      description: 'A due time was skipped, missed or failed. Default `NOW`.',
    }),
  }),
});

/** `PlanInput`: the content of a plan. */
export const PlanInput = builder.inputType('PlanInput', {
  description:
    'The content of a plan: order and limits of its steps, no command and no secret; at most 1 MB as JSON.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name; 1 to 48 characters.' }),
    concurrency: t.int({ description: 'How many of its tasks may run at once; 1 to 100. Default 1.' }),
    notify: t.field({ type: NotifyInput, description: 'What of its runs is told, and when.' }),
    unclaimedAfterMs: t.field({
      type: 'SafeInt',
      description:
        'Milliseconds for which no fitting worker has asked for a task that could be taken before that is told. Default one hour.',
    }),
    unclaimedFailsMs: t.field({
      type: 'SafeInt',
      description:
        'Milliseconds after which such a task fails; at least `unclaimedAfterMs`. Default 24 hours.',
    }),
    steps: t.field({ type: [PlanStepInput], required: true, description: 'Its steps, 1 to 1,000.' }),
  }),
});
