import { spawnSync } from 'node:child_process';
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
  jobs: Record<string, { steps: Step[]; permissions?: Record<string, string> }>;
}

interface Update {
  'package-ecosystem': string;
  schedule: { interval: string };
  cooldown: { 'default-days': number };
  groups: object;
}

/** What jobs may write, by their names; all others only read. */
const writers: Record<string, string[]> = {
  nightly: ['contents', 'pull-requests', 'id-token'],
  analyze: ['security-events'],
};

/** The commands that write what is kept as an artifact. */
const makers: Record<string, string> = {
  'orchestration-*.log': 'npm run orchestrator:nightly -- --logs . ',
  'orchestration-*.json': 'npm run orchestrator:nightly -- --logs . ',
  'nightshift.cdx.json': 'npm run sbom -- nightshift.cdx.json',
};

const folder = '.github/workflows';
const workflows = readdirSync(folder).map((file): [string, Workflow] => [
  file,
  parse(readFileSync(`${folder}/${file}`, 'utf8')) as Workflow,
]);
const secret = /secrets\.|github\.token/;

describe.each(workflows)('The workflow %s', (file, workflow) => {
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

  it('uses actions by their commit, names its version, and leaves no credentials in the checkout', () => {
    const lines = readFileSync(`${folder}/${file}`, 'utf8').match(/uses: .*/g) ?? [];
    for (const line of lines) expect(line).toMatch(/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(lines).toHaveLength(steps.filter(({ uses }) => uses !== undefined).length);
    for (const { uses, with: given } of steps)
      if (uses?.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
  });

  it('keeps as artifacts what a step of it writes where it is looked for', () => {
    const kept = steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    for (const path of kept.flatMap(({ with: given }) => String(given?.path).trim().split('\n')))
      expect(steps.some(({ run }) => run?.includes(makers[path] ?? '\0'))).toBe(true);
  });

  it('may write nothing but what a job asks for', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const [name, { permissions = {} }] of Object.entries(workflow.jobs)) {
      const written = Object.keys(permissions).filter((what) => permissions[what] !== 'read');
      expect(written).toEqual(writers[name] ?? []);
    }
  });
});

it('One action has the same commit and version in all workflows', () => {
  const used = workflows.flatMap(
    ([file]) => readFileSync(`${folder}/${file}`, 'utf8').match(/uses: .*/g) ?? [],
  );
  const repositories = new Set(used.map((line) => line.match(/[\w-]+\/[\w-]+/)?.[0]));
  const pins = new Set(used.map((line) => line.replace(/^uses: ([\w-]+\/[\w-]+)[^@]*/, '$1')));
  expect(pins.size).toBe(repositories.size);
});

it('Code is analyzed and new dependencies are reviewed for every pull request, the code every week too', () => {
  const on = (file: string) => workflows.find(([name]) => name === file)?.[1].on;
  expect(on('codeql.yml')).toMatchObject({ pull_request: null, schedule: [{ cron: expect.any(String) }] });
  expect(on('dependency-review.yml')).toEqual({ pull_request: null });
});

it('A finding among the packages of production fails CI, and a registry that does not answer is a warning', () => {
  const steps = workflows.find(([file]) => file === 'ci.yml')?.[1].jobs.dependencies?.steps ?? [];
  const script = steps.find(({ run }) => run?.includes('check:advisories'))?.run ?? '';
  const outcome = (code: number) => {
    const npm = `npm() { return ${code}; }\n`;
    const { status, stdout } = spawnSync('bash', ['-e', '-c', npm + script], { encoding: 'utf8' });
    return [status, stdout.startsWith('::warning ')];
  };
  expect([0, 1, 77].map(outcome)).toEqual([
    [0, false],
    [1, false],
    [0, true],
  ]);
});

describe('Dependabot', () => {
  const { updates } = parse(readFileSync('.github/dependabot.yml', 'utf8')) as { updates: Update[] };

  it('updates packages and actions, once a week and in groups', () => {
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
    for (const { schedule, groups } of updates) {
      expect(schedule.interval).toBe('weekly');
      expect(Object.keys(groups)).not.toEqual([]);
    }
  });

  it('proposes no version that npm would still refuse', () => {
    const age = Number(/^min-release-age=(\d+)$/m.exec(readFileSync('.npmrc', 'utf8'))?.[1]);
    for (const { cooldown } of updates) expect(cooldown['default-days']).toBeGreaterThanOrEqual(age);
  });
});
