import type { Client } from '../../client/index.ts';
import { planLabel } from '../../contract/projectName.ts';
import { formatDuration } from '../../contract/text/duration.ts';
import { formatGrowth, formatRate } from '../../contract/text/percent.ts';
import { narrowDetail, narrowName, narrowWrapped } from './narrowing.ts';
import { type Printer, recordOf } from './output.ts';

export type Trends = Awaited<ReturnType<Client['trends']>>;
export type TrendStep = Trends['steps']['nodes'][number];

/** Steps as rows; those of several projects are shown with their projects. */
export function stepPrinter(steps: readonly TrendStep[]): Printer<TrendStep> {
  const isOneProject = new Set(steps.map(({ project }) => project)).size < 2;
  return {
    empty: 'No tasks in this time.',
    columns: [
      { head: 'STEP', show: ({ task }) => task, narrow: narrowName },
      {
        head: 'PLAN',
        show: ({ plan, project }) =>
          plan === null ? '' : planLabel({ project: isOneProject ? null : project, name: plan }),
        narrow: narrowName,
      },
      {
        head: 'TASKS',
        show: ({ succeeded, failed, skipped, open }) => String(succeeded + failed + skipped + open),
      },
      { head: 'OK', show: ({ successRate }) => percent(successRate) },
      { head: 'P50', show: ({ p50Ms }) => took(p50Ms) },
      { head: 'P95', show: ({ p95Ms }) => took(p95Ms) },
      {
        head: 'GROWTH',
        show: ({ p50Growth }) => (p50Growth === null ? '-' : formatGrowth(p50Growth)),
        narrow: narrowDetail,
      },
      {
        head: 'NOTE',
        show: ({ isSlowing, isFlaky }) =>
          [isSlowing ? 'slowing' : '', isFlaky ? 'flaky' : ''].filter(Boolean).join(', ') || '-',
        narrow: narrowWrapped,
      },
    ],
    fields: {
      project: ({ project }) => project,
      plan: ({ plan }) => plan,
      task: ({ task }) => task,
      succeeded: ({ succeeded }) => succeeded,
      failed: ({ failed }) => failed,
      skipped: ({ skipped }) => skipped,
      open: ({ open }) => open,
      recovered: ({ recovered }) => recovered,
      turns: ({ turns }) => turns,
      success_rate: ({ successRate }) => successRate,
      success_rate_before: ({ successRateBefore }) => successRateBefore,
      p50_ms: ({ p50Ms }) => p50Ms,
      p95_ms: ({ p95Ms }) => p95Ms,
      p50_before_ms: ({ p50BeforeMs }) => p50BeforeMs,
      p95_before_ms: ({ p95BeforeMs }) => p95BeforeMs,
      p50_growth: ({ p50Growth }) => p50Growth,
      is_slowing: ({ isSlowing }) => isSlowing,
      is_flaky: ({ isFlaky }) => isFlaky,
    },
  };
}

/** All figures by the names that REST and CSV use. */
export function toJson({ since, until, timezone, completeSince, days, steps, decisions }: Trends): object {
  const { fields } = stepPrinter(steps.nodes);
  return {
    since,
    until,
    timezone,
    complete_since: completeSince,
    days: days.map(({ since, succeeded, failed, awaitingApproval, skipped, open }) => ({
      day: dateOf(since, timezone),
      ...{ since, succeeded, failed, awaiting_approval: awaitingApproval, skipped, open },
    })),
    steps: steps.nodes.map((step) => recordOf(step, fields)),
    step_count: steps.totalCount,
    decisions: {
      approved: decisions.approved,
      rejected: decisions.rejected,
      expired: decisions.expired,
      cancelled: decisions.cancelled,
      acceptance_rate: decisions.acceptanceRate,
      p50_ms: decisions.p50Ms,
      p95_ms: decisions.p95Ms,
    },
  };
}

/** The date of a moment, so many milliseconds later, on the calendar of a zone. */
export function dateOf(time: string, timeZone: string, later = 0): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(Date.parse(time) + later);
}

/** A duration as people read it. */
export function took(milliseconds: number | null): string {
  return milliseconds === null ? '-' : formatDuration(milliseconds);
}

/** A rate as people read it. */
export function percent(rate: number | null): string {
  return rate === null ? '-' : formatRate(rate);
}
