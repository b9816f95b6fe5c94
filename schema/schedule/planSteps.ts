import { type ApprovalPolicy, policyDefaults } from '../../contract/plan/approvalPolicy.ts';
import { backoffDefault, backoffKnown } from '../../contract/plan/backoff.ts';
import { stepDefinition } from '../../contract/plan/step.ts';
import { retryCauses } from '../../contract/words/attempts.ts';
import type { StepDefinition } from '../../domain/plans/planDefinition.ts';
import { PolicyType } from '../approvals/approval.ts';
import { builder } from '../builder.ts';
import { ApprovalModeEnum, OnOpenEnum, RetryCauseEnum } from '../plans/planWords.ts';

/** What a plan says of an option, as its input type says it too. */
const said = ({ description = '' }: { description?: string | undefined }) => description;
const { task, needs, labels, lock, runAs, retries, backoff, retryOn, skipCode } = stepDefinition.shape;

const BackoffType = builder.objectRef<NonNullable<StepDefinition['backoff']>>('Backoff').implement({
  description: 'The pauses between attempts: the first one, how it grows, and the longest.',
  fields: (t) => ({
    delayMs: t.expose('delayMs', { type: 'SafeInt', description: said(backoffKnown.shape.delayMs) }),
    factor: t.exposeFloat('factor', { description: said(backoffKnown.shape.factor) }),
    maxMs: t.expose('maxMs', { type: 'SafeInt', description: said(backoffKnown.shape.maxMs) }),
  }),
});

/** `PlanStep`: a step as a content of a plan has it. */
export const PlanStepType = builder.objectRef<StepDefinition>('PlanStep').implement({
  description:
    'One step of a content of a plan, with its defaults filled in. The server never knows its command, arguments, environment, inputs or timeouts: these stay in the plan file.',
  fields: (t) => ({
    task: t.exposeString('task', { description: said(task) }),
    needs: t.stringList({ description: said(needs), resolve: (step) => step.needs ?? [] }),
    labels: t.stringList({ description: said(labels), resolve: (step) => step.labels ?? [] }),
    lock: t.exposeString('lock', { nullable: true, description: said(lock) }),
    runAs: t.exposeString('runAs', { nullable: true, description: said(runAs) }),
    retries: t.int({ description: said(retries), resolve: (step) => step.retries ?? 0 }),
    backoff: t.field({
      type: BackoffType,
      description: said(backoff),
      resolve: (step) => step.backoff ?? backoffDefault,
    }),
    retryOn: t.field({
      type: [RetryCauseEnum],
      description: said(retryOn),
      resolve: (step) => step.retryOn ?? [...retryCauses],
    }),
    approval: t.field({
      type: ApprovalModeEnum,
      description: 'When its output needs approval.',
      resolve: (step) => step.approval ?? 'auto',
    }),
    policy: t.field({
      type: PolicyType,
      description: 'How its approval is decided.',
      resolve: ({ policy }): ApprovalPolicy => ({ ...policyDefaults, ...policy }),
    }),
    gate: t.field({
      type: PolicyType,
      nullable: true,
      description: 'How it is approved before it runs; null for no gate.',
      resolve: ({ gate }): ApprovalPolicy | null => (gate == null ? null : { ...policyDefaults, ...gate }),
    }),
    onOpen: t.field({
      type: OnOpenEnum,
      description: 'What happens if an earlier run of this step is still pending approval.',
      resolve: (step) => step.onOpen ?? 'run',
    }),
    skipCode: t.exposeInt('skipCode', { nullable: true, description: said(skipCode) }),
  }),
});
