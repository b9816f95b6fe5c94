import type { TrendStep, TrendSteps } from '../../domain/trends/steps.ts';
import { builder } from '../builder.ts';

const TrendStepType = builder.objectRef<TrendStep>('TrendStep').implement({
  description:
    'How the tasks of one step fared. A task counts once, on the day on which its last attempt started; one that never started does not count.',
  fields: (t) => ({
    project: t.string({
      nullable: true,
      description: 'The project of its plan; null for none.',
      resolve: ({ project }) => project || null,
    }),
    plan: t.string({
      nullable: true,
      description: 'The name of its plan; null for externally reported tasks.',
      resolve: ({ plan }) => plan || null,
    }),
    task: t.exposeString('task', { description: 'The name of the step.' }),
    succeeded: t.exposeInt('succeeded', {
      description: 'Tasks whose command succeeded, also those that people rejected or that await approval.',
    }),
    failed: t.exposeInt('failed', { description: 'Tasks that failed.' }),
    skipped: t.exposeInt('skipped', { description: 'Tasks that started and were skipped or cancelled.' }),
    open: t.exposeInt('open', { description: 'Tasks that are running.' }),
    recovered: t.exposeInt('recovered', {
      description:
        'Of those that succeeded, the ones that failed in an earlier attempt: the same step of the same run, with nothing changed in the plan. Attempts whose worker was lost or stopped do not count as failed.',
    }),
    turns: t.exposeInt('turns', {
      description:
        'How often the step went from a day with failures to a day without, or back. These days are in UTC, and those without ended tasks are passed over.',
    }),
    successRate: t.exposeFloat('successRate', {
      nullable: true,
      description: '`succeeded` of `succeeded` and `failed`, from 0 to 1; null without any.',
    }),
    successRateBefore: t.exposeFloat('successRateBefore', {
      nullable: true,
      description: 'The same in as many days before.',
    }),
    p50Ms: t.expose('p50Ms', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Milliseconds within which half of the tasks that succeeded ended, give or take 4.8 %; null without any.',
    }),
    p95Ms: t.expose('p95Ms', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds within which 95 % of them ended, give or take 4.8 %.',
    }),
    p50BeforeMs: t.expose('p50BeforeMs', {
      type: 'SafeInt',
      nullable: true,
      description: '`p50Ms` in as many days before.',
    }),
    p95BeforeMs: t.expose('p95BeforeMs', {
      type: 'SafeInt',
      nullable: true,
      description: '`p95Ms` in as many days before.',
    }),
    p50Growth: t.exposeFloat('p50Growth', {
      nullable: true,
      description:
        'By how much the p50 grew against as many days before: 0.5 is half as long again. Null unless at least 5 tasks succeeded in both times.',
    }),
    isSlowing: t.exposeBoolean('isSlowing', {
      description: 'Whether the p50 grew by at least 25 % and one second.',
    }),
    isFlaky: t.exposeBoolean('isFlaky', {
      description: 'Whether a task recovered, or the step took at least 3 turns.',
    }),
  }),
});

/** `TrendSteps`: some steps of all that had tasks. */
export const TrendStepsType = builder.objectRef<TrendSteps>('TrendSteps').implement({
  description: 'The steps that come first in an order.',
  fields: (t) => ({
    nodes: t.expose('steps', { type: [TrendStepType], description: 'The steps.' }),
    totalCount: t.exposeInt('total', { description: 'How many steps had tasks in this time.' }),
  }),
});
