import { maxTrendDays, runOutcomes, type StepOrder } from '../../contract/words/trends.ts';
import { spaced } from '../../contract/words/words.ts';
import { counted } from './words.ts';

/** How people read the outcome of a run. */
const outcomeWords = Object.fromEntries(runOutcomes.map((outcome) => [outcome, spaced(outcome)])) as Record<
  (typeof runOutcomes)[number],
  string
>;

const orders: Record<StepOrder, string> = {
  tasks: 'Most tasks first',
  failing: 'Lowest success rate first',
  slowest: 'Longest P95 first',
  slowing: 'Largest growth first',
  flaky: 'Flakiest first',
};

export const trendTexts = {
  title: 'Trends',
  fields: { project: 'Project', plan: 'Plan', since: 'Since', until: 'Until' },
  range: 'Days',
  usualRange: 'last 30 days',
  empty: {
    title: 'No runs in this time',
    text: 'Start one, and you see here how runs end, how long steps take and how fast people decide:',
    command: 'nightshift run',
  },
  noMatch: { title: 'No runs in this time', text: 'Remove a filter or choose a longer time.' },
  faults: {
    tooLong: {
      title: `Choose at most ${maxTrendDays} days`,
      text: 'Trends cover about a year at once. Choose a later beginning or an earlier end.',
    },
    backwards: {
      title: 'This time ends before it begins',
      text: 'Choose an earlier beginning or a later end.',
    },
  },
  counting: {
    text: 'The server still counts its history. Figures of days before this time are not complete yet:',
    before: 'The server still counts its history. What these days are compared with is not complete yet.',
    done: 'The server has counted its history. The figures are complete.',
  },
  nights: {
    title: 'Nights',
    label: (days: number) => `Runs of ${counted(days, 'day')} by outcome`,
    range: (days: number, first: string, last: string, zone: string) =>
      `${counted(days, 'day')}, ${first} to ${last} (${zone})`,
    help: 'Each day shows its worst outcome, and how many of its runs ended so. Solid red: half of them or more failed. Open a day to see its runs.',
    keys: 'Arrow keys move from day to day.',
    day: (day: string, parts: readonly string[], total: number) =>
      `${day}: ${counted(total, 'run')}${total === 0 ? '' : `, ${parts.join(', ')}`}`,
    uncounted: 'not counted yet',
    weekOf: (monday: string) => `Week of ${monday}`,
    weekday: 'Weekday',
    weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    months: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
    outcomes: outcomeWords,
    table: 'As a table',
    columns: { day: 'Day', runs: 'Runs' },
  },
  steps: {
    title: 'Steps',
    sort: 'Sort',
    orders,
    help: (longest: string) =>
      `Times of the tasks that succeeded. The bars are solid up to P50 (half ended within it) and pale up to P95, on one scale up to ${longest}.`,
    columns: {
      step: 'Step',
      plan: 'Plan',
      tasks: 'Tasks',
      success: 'Success',
      p50: 'P50',
      p95: 'P95',
      growth: 'P50 change',
      note: 'Notes',
    },
    slowing: 'slowing',
    flaky: 'flaky',
    none: 'No task started in this time.',
    shown: (shown: number, total: number) => `${shown} of ${counted(total, 'step')}`,
    shownAll: (total: number) => counted(total, 'step'),
    all: (total: number) => `Show ${total > 200 ? 'the first 200' : `all ${total}`}`,
  },
  slowing: {
    title: 'Slowing steps',
    help: 'The P50 grew by 25 % and a second or more against as many days before.',
    bars: 'Pale: before; solid: now.',
    none: 'No step is slowing.',
    columns: { before: 'Before', now: 'Now', growth: 'Growth' },
  },
  flaky: {
    title: 'Flaky steps',
    help: 'Tasks failed, then succeeded in the same run; or days with and without failures alternate.',
    none: 'No step is flaky.',
    columns: {
      recovered: 'Recovered tasks',
      turns: 'Turns',
    },
    recovered: (recovered: number, succeeded: number) =>
      `${recovered.toLocaleString('en')} of ${succeeded.toLocaleString('en')}`,
    turns: 'How often the step went from a day with failures to a day without, or back.',
  },
  decisions: {
    title: 'Decisions',
    none: 'No approval ended in this time.',
    accepted: 'Accepted',
    acceptedOf: (approved: number, decided: number) =>
      `${approved.toLocaleString('en')} of ${counted(decided, 'decision')}`,
    half: 'Half decided within',
    most: '95 % decided within',
    columns: { outcome: 'Outcome', count: 'Approvals' },
    outcomes: { approved: 'approved', rejected: 'rejected', expired: 'expired', cancelled: 'cancelled' },
  },
};
