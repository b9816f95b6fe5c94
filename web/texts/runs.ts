import { counted } from './words.ts';

export const runTexts = {
  title: 'Runs',
  noun: 'run',
  fields: {
    project: 'Project',
    plan: 'Plan',
    status: 'Status',
    since: 'Since',
    until: 'Until',
    label: 'Label',
  },
  columns: {
    status: 'Status',
    run_id: 'Run',
    plan: 'Plan',
    created_at: 'Created',
    started_at: 'Started',
    finished_at: 'Finished',
    duration_ms: 'Duration',
    tasks: 'Tasks',
    queued: 'Queued',
    running: 'Running',
    succeeded: 'Succeeded',
    failed: 'Failed',
    awaiting_approval: 'Awaiting approval',
    skipped: 'Skipped',
    started_by: 'Started by',
  },
  empty: {
    title: 'No runs yet',
    text: 'Start one, and it appears here:',
    command: 'nightshift run',
  },
  noMatch: { title: 'No run matches', text: 'Remove a filter or choose a longer time.' },
};

export const runViewTexts = {
  missing: { title: 'There is no such run', text: 'It may have been deleted, or its name is wrong.' },
  back: 'Runs',
  facts: 'Summary',
  created: 'Created',
  started: 'Started',
  finished: 'Finished',
  duration: 'Duration',
  plan: 'Plan',
  startedBy: 'Started by',
  tasks: 'Tasks',
  inputs: 'Inputs',
  allTasks: 'As a list',
  timeline: {
    title: 'Timeline',
    label: (run: string) => `Tasks of ${run}`,
    columns: {
      status: 'Status',
      task: 'Step',
      time: 'Time',
      duration: 'Duration',
      attempts: 'Attempts',
      needs: 'Needs',
    },
    none: 'It has no tasks.',
    cut: (count: number, total: number) =>
      `The newest ${count} of ${total.toLocaleString('en')} tasks are shown. The list has all.`,
    from: 'Started',
    to: 'ended',
    soFar: 'so far',
    notStarted: 'Not started',
    waits: 'then waits for approval',
  },
  failures: {
    title: 'Failures',
    none: 'No failure.',
    acknowledge: 'Acknowledge',
    acknowledged: 'Acknowledged by',
    takeBack: 'Take back',
    takenBack: 'The acknowledgement was taken back.',
    done: (task: string) => `${task} is acknowledged.`,
  },
  acknowledge: {
    title: (task: string) => `Acknowledge the failure of ${task}`,
    text: 'Others see that you are on it, and the digest leaves it out. It stays a failure.',
    submit: 'Acknowledge',
  },
  cancel: {
    button: 'Cancel run',
    title: (run: string) => `Cancel ${run}?`,
    text: (running: number, open: number) =>
      [
        running > 0 && `${counted(running, 'running task')} will be ended.`,
        open > 0 && `${counted(open, 'task')} that ${open === 1 ? 'waits' : 'wait'} will be skipped.`,
        'Commands that wait for approval to run are skipped. What has ended, or awaits approval of its output, stays as it is.',
      ]
        .filter(Boolean)
        .join(' '),
    submit: 'Cancel the run',
    done: (run: string) => `${run} is cancelled.`,
  },
  retry: {
    button: 'Retry failed',
    title: (run: string) => `Retry what failed in ${run}?`,
    text: 'Tasks that failed, were cancelled, or did not run because of that are queued again. What succeeded stays.',
    submit: 'Retry',
    done: (run: string) => `What failed in ${run} is queued again.`,
  },
};
