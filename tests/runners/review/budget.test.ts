import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reviewRunner } from '../../../runners/review/review.ts';
import { withEnoughTime } from '../../support/enoughTime.ts';
import { execute, reportOf } from '../support/execute.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

const passing = (name: string) =>
  `import { it } from 'node:test';\nimport '../${name}.js';\nit('works', () => {});\n`;

/** Nine tests of node --test: a changed one, one that imports a change, and seven that are two imports away. */
function nearAndFar() {
  const far = Array.from({ length: 7 }, (_, at) => [`checks/far${at}.js`, passing('far')]);
  return {
    'package.json': { type: 'module', scripts: { test: 'node --test "checks/*.js"' } },
    'near.js': 'export const near = 1;\n',
    'far.js': "export * from './near.js';\n",
    'checks/a-near.js': passing('near'),
    ...Object.fromEntries(far),
    'checks/z-changed.js': passing('near'),
  };
}

function changedRepository() {
  const repository = scratchRepository(nearAndFar());
  repository.settle();
  const broken = "import { it } from 'node:test';\nit('breaks', () => { throw new Error('near'); });\n";
  repository.write({ 'near.js': 'export const near = 2;\n', 'checks/z-changed.js': broken });
  return repository;
}

function review(repository: { path: string }, ...args: string[]) {
  return reportOf(reviewRunner, ['--only-changed', '--cwd', repository.path, ...args]);
}

describe('A review with a test budget', () => {
  it('runs the nearest tests and names what it left out, in the table and in the summary', async () => {
    const args = ['--only-changed', '--cwd', changedRepository().path, '--test-budget', '1ms'];
    const { code, stdout, stderr } = await execute(reviewRunner, args);
    expect(code).toBe(1);
    expect(stdout).toContain('checks/z-changed.js:2:');
    expect(stdout).toMatch(/test files \(node\) +4\n/);
    expect(stdout).toMatch(
      /5 related test files \(node\) +the budget of 1ms was spent; raise it with --test-b/,
    );
    expect(stdout).toMatch(/not run for lack of time: 5 related test files \(node\)\n$/);
    expect(stderr).toContain('Running 4 of 9 related test files (node)');
  });

  it('runs everything related without a budget', async () => {
    const report = await review(changedRepository(), '--test-budget', 'none');
    expect(report.checked).toContainEqual({ what: 'test files (node)', count: 9 });
    expect(report.findings).toHaveLength(1);
  });

  it('is not remembered as reviewed when tests were left out, though it passes', async () => {
    const repository = scratchRepository(nearAndFar());
    repository.commit('Start');
    const cut = await review(repository, '--test-budget', '1ms');
    expect(cut).toMatchObject({ code: 0, status: 'passed', summary: expect.stringContaining('5 related') });
    expect(repository.git('for-each-ref', 'refs/nightshift')).toBe('');
    expect(cut.log).toContain('Not remembered as reviewed');
    await review(repository);
    expect(repository.git('for-each-ref', 'refs/nightshift')).not.toBe('');
  });

  it('keeps the results of earlier batches when a later one reaches its limit', async () => {
    const repository = changedRepository();
    const hanging = `${passing('near')}setInterval(() => {}, 1000);\nit('hangs', () => new Promise(() => {}));\n`;
    repository.write(
      Object.fromEntries(
        Array.from({ length: 7 }, (_, at) => [
          `checks/far${at}.js`,
          hanging.replace('../near.js', '../far.js'),
        ]),
      ),
    );
    repository.git('add', '--all');
    repository.commit('Hang', 40);
    repository.commit('Change nothing', 30);
    repository.write({
      'near.js': 'export const near = 3;\n',
      'checks/a-near.js': `${passing('near')}//\n`,
      'checks/b-near.js': passing('near'),
      'checks/c-near.js': passing('near'),
      'checks/z-changed.js': "throw new Error('early');\n",
    });
    const { result: report, limitMs } = await withEnoughTime(
      3000,
      (millis) => review(repository, '--test-timeout', `${millis}ms`),
      ({ findings }) => findings.some(({ file }) => file === 'checks/z-changed.js'),
    );
    expect(report.findings).toMatchObject([
      {
        rule: 'node/failed',
        message: expect.stringMatching(
          new RegExp(`did not finish within ${limitMs / 1000} s.*\\nIt was running .*far`),
        ),
      },
      { file: 'checks/z-changed.js' },
    ]);
    expect(report.checked).toContainEqual({ what: 'test files (node)', count: 4 });
  });
});

describe('Vitest tests', () => {
  const test = (path: string) => `import { it } from 'vitest';\nimport '${path}';\nit('works', () => {});\n`;

  it('that only vitest can relate, through an alias of its config, run after those that imports relate', async () => {
    const repository = scratchRepository({
      'package.json': { type: 'module', devDependencies: { vitest: '*' } },
      'vitest.config.js':
        "export default { resolve: { alias: { '#own': import.meta.dirname + '/src' } } };\n",
      'src/a.js': 'export const a = 1;\n',
      'src/other.js': '',
      'tests/[plain].test.js': test('../src/a.js'),
      'tests/alias.test.js': test('#own/a.js'),
      'tests/other.test.js': test('../src/other.js'),
    });
    repository.settle();
    repository.write({ 'src/a.js': 'export const a = 2;\n' });
    const report = await review(repository);
    expect(report.checked).toContainEqual({ what: 'test files (vitest)', count: 2 });
    expect(report.checked).toContainEqual({ what: 'tests (vitest)', count: 2 });
    const cut = await review(repository, '--test-budget', '1ms');
    expect(cut.notChecked).toContainEqual({
      what: 'tests that vitest alone can relate (vitest)',
      why: 'the budget of 1ms was spent; raise it with --test-budget',
    });
  });

  it('all count as related when a setup file that the config names has changed', async () => {
    const repository = scratchRepository({
      'package.json': { type: 'module', devDependencies: { vitest: '*' } },
      'vitest.config.js': "export default { test: { setupFiles: ['tests/setup.js'] } };\n",
      'tests/setup.js': '',
      'tests/one.test.js': test('node:fs'),
      'tests/two.test.js': test('node:fs'),
    });
    repository.settle();
    repository.write({ 'tests/setup.js': 'globalThis.changed = true;\n' });
    expect((await review(repository)).checked).toContainEqual({ what: 'test files (vitest)', count: 2 });
  });
});

describe('A review that is told to stop', () => {
  it('leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'nightshift-stop-'));
    onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
    const repository = scratchRepository({
      'package.json': { type: 'module', scripts: { test: 'node --test a.js' } },
      'a.js':
        "process.stderr.write('hanging');\nsetInterval(() => {}, 1000);\nawait new Promise(() => {});\n",
    });
    const child = spawn(process.execPath, [resolve('runners/review/main.ts')], {
      cwd: repository.path,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    for await (const chunk of child.stderr) {
      said += chunk;
      if (said.includes('Running 1 of 1')) break;
    }
    while (!readdirSync(temporary).some((name) => name.startsWith('nightshift-'))) {
      await new Promise(setImmediate);
    }
    child.kill('SIGTERM');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGTERM');
    expect(readdirSync(temporary).filter((name) => name.startsWith('nightshift-'))).toEqual([]);
  });
});
