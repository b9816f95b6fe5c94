import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

interface Workflow {
  on: { workflow_dispatch?: { inputs?: Record<string, unknown> } };
  env?: object;
  permissions: object;
  jobs: Record<string, { steps: Step[] }>;
}

const folder = '.github/workflows';
const workflows = readdirSync(folder).map((file): [string, Workflow] => [
  file,
  parse(readFileSync(`${folder}/${file}`, 'utf8')) as Workflow,
]);
const secret = /secrets\.|github\.token/;

describe.each(workflows)('The workflow %s', (_file, workflow) => {
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  const expressions = (step: Step) => Object.values(step.env ?? {}).filter((value) => secret.test(value));

  it('gives secrets to the one step that needs them, by its environment', () => {
    const holders = steps.filter((step) => expressions(step).length > 0);
    expect(holders.length).toBeLessThanOrEqual(1);
    for (const { run = '' } of holders) expect(run).toContain('npm run');
    const elsewhere = JSON.stringify(workflow, (key, value: unknown) =>
      key === 'env' ? leftOf(value) : value,
    );
    expect(elsewhere).not.toMatch(secret);
  });

  /** What is left of an environment without the expressions that a step may have. */
  function leftOf(env: unknown): unknown {
    const allowed = new Set(steps.map((step) => step.env));
    return allowed.has(env as Step['env']) ? undefined : env;
  }

  it('gives the secrets of a server to no address that was chosen by hand', () => {
    if (workflow.on.workflow_dispatch?.inputs?.api_base === undefined) return;
    const given = steps.flatMap(expressions).filter((value) => value.includes('secrets.'));
    for (const value of given)
      expect(value).toMatch(/^\$\{\{ !inputs\.api_base && secrets\.\w+ \|\| '' \}\}$/);
  });

  it('uses actions by their commit, and leaves no credentials in the checkout', () => {
    for (const { uses, with: given } of steps) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/@[0-9a-f]{40}$/);
      if (uses.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
    }
  });

  it('keeps as artifacts what the run writes where they are looked for', () => {
    const kept = steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    for (const { with: given } of kept) {
      expect(String(given?.path).trim().split('\n')).toEqual(['orchestration-*.log', 'orchestration-*.json']);
      expect(steps.some(({ run }) => run?.includes('npm run orchestrator:nightly -- --logs . '))).toBe(true);
    }
  });

  it('may write nothing but what a job asks for', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
  });
});
