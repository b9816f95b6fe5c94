import { definePlan } from './orchestrator/plan.ts';

/** What runs every night. Adding a task is one more entry. */
export default definePlan({
  schedule: '30 2 * * *',
  timezone: 'UTC',
  steps: [
    {
      task: 'seo.validate',
      cmd: ['npm', ['run', 'seo:tune', '--', '--dry-run', '--strict']],
      env: { SITE_BASE_URL: true, SITE_DIR: true },
      timeout: '20m',
    },
    {
      task: 'code.review',
      cmd: ['npm', ['run', 'code:review', '--', '--only-changed']],
      timeout: '30m',
    },
    {
      task: 'dx.integrate',
      cmd: ['npm', ['run', 'dx:integrate', '--', '--only-changed']],
      timeout: '20m',
    },
  ],
});
