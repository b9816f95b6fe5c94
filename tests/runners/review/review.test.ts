import { execFileSync, spawnSync } from 'node:child_process';
import { unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reviewRunner } from '../../../runners/review/review.ts';
import { execute, reportOf } from '../support/execute.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

const biome = { 'biome.json': { formatter: { enabled: false } }, 'package.json': { type: 'module' } };
const debuggerLine = 'export const a = 1;\ndebugger;\n';

function review(repository: { path: string }, ...args: string[]) {
  return reportOf(reviewRunner, ['--only-changed', '--cwd', repository.path, ...args]);
}

describe('Reviewing with linters', () => {
  it('lints with Biome what changed and nothing else, and names file, line and rule', async () => {
    const repository = scratchRepository({ ...biome, 'old.js': debuggerLine });
    repository.settle();
    repository.write({ 'src/new.js': debuggerLine });
    const report = await review(repository);
    expect(report).toMatchObject({ code: 1, status: 'failed' });
    expect(report.findings).toMatchObject([
      { file: 'src/new.js', line: 2, column: 1, severity: 'error', rule: 'biome/lint/suspicious/noDebugger' },
    ]);
    expect(report.notChecked).toContainEqual({
      what: 'tests',
      why: expect.stringContaining('none of vitest'),
    });
  });

  it('lints the whole tree without --only-changed', async () => {
    const repository = scratchRepository({ ...biome, 'old.js': debuggerLine, 'new.js': debuggerLine });
    repository.settle();
    expect((await reportOf(reviewRunner, ['--cwd', repository.path])).findings).toHaveLength(2);
  });

  it('lints with ESLint and its own config, and says which files that config ignores', async () => {
    const repository = scratchRepository({
      'package.json': { devDependencies: { eslint: '*' } },
      'eslint.config.mjs':
        "export default [{ ignores: ['skip.js'] }, { rules: { 'no-debugger': 'error', 'no-var': 'warn' } }];\n",
      'a.js': 'debugger;\nvar a = 1;\n',
      'skip.js': 'debugger;\n',
      'broken.js': 'const = 1;\n',
      'types.ts': 'let a: string;\n',
    });
    const report = await review(repository);
    expect(report.findings).toMatchObject([
      { rule: 'eslint/no-debugger', severity: 'error', file: 'a.js', line: 1 },
      { rule: 'eslint/parse', severity: 'error', file: 'broken.js', line: 1 },
      { rule: 'eslint/no-var', severity: 'warning', file: 'a.js', line: 2 },
    ]);
    expect(report.notChecked).toContainEqual({ what: '2 files', why: "ignored by ESLint's own config" });
  });

  it('does not pass when a linter breaks, is not installed, or takes too long', async () => {
    const broken = scratchRepository({ 'eslint.config.mjs': "import 'no-such-plugin';\n", 'a.js': '' });
    expect((await review(broken)).findings[0]?.message).toMatch(
      /ESLint could not lint: .*exit code 2[\s\S]*no-such-plugin/,
    );
    const misconfigured = scratchRepository({ 'biome.json': '{ "linter": 1 }', 'a.js': '' });
    expect((await review(misconfigured)).findings.map(({ rule }) => rule)).toContain('biome/lint-failed');
    const absent = scratchRepository({ ...biome, 'a.js': '' });
    unlinkSync(join(absent.path, 'node_modules'));
    expect((await review(absent)).findings).toMatchObject([
      { rule: 'lint/not-installed', severity: 'error' },
    ]);
    const slow = scratchRepository({
      'eslint.config.mjs': 'await new Promise(setInterval);\nexport default [];\n',
      'a.js': '',
    });
    const report = await review(slow, '--lint-timeout', '300ms');
    expect(report.findings[0]?.message).toContain('did not finish within 0.3 s');
  });

  it('says that a dependency on ESLint without a config checks nothing', async () => {
    const repository = scratchRepository({
      'package.json': { devDependencies: { eslint: '*' } },
      'a.js': 'debugger;',
    });
    const report = await review(repository);
    expect(report).toMatchObject({ code: 77, status: 'skipped' });
    expect(report.summary).toContain('ESLint is a dependency but has no config');
  });
});

describe('Reviewing with tests', () => {
  const vitestFiles = {
    'package.json': { type: 'module', devDependencies: { vitest: '*' } },
    'src/sum.js': 'export const sum = (a, b) => a + b;\n',
    'src/other.js': 'export const other = 1;\n',
    'tests/sum.test.js': `import { expect, it } from 'vitest';
import { sum } from '../src/sum.js';
it('adds', () => {
  expect(sum(1, 2)).toBe(3);
});
it.skip('waits', () => {});
`,
    'tests/other.test.js': `import { it } from 'vitest';
import '../src/other.js';
it('fails always', () => { throw new Error('unrelated'); });
`,
  };

  it('runs the vitest tests that import what changed, and names the line of a failure', async () => {
    const repository = scratchRepository(vitestFiles);
    repository.settle();
    repository.write({ 'src/sum.js': 'export const sum = (a, b) => a - b;\n' });
    const report = await review(repository);
    expect(report.findings).toMatchObject([
      { rule: 'test', severity: 'error', file: 'tests/sum.test.js', line: 4 },
    ]);
    expect(report.findings[0]?.message).toMatch(/^adds\nAssertionError: expected -1 to be 3/);
    expect(report.notChecked).toContainEqual({
      what: '1 test (vitest)',
      why: 'the tests themselves skip them',
    });
    expect(report.checked).toContainEqual({ what: 'test files (vitest)', count: 1 });
    expect(report.log).toContain('sum.test.js');
  });

  it('finds the tests of a file that is gone, and a test that cannot run', async () => {
    const repository = scratchRepository(vitestFiles);
    repository.settle();
    unlinkSync(join(repository.path, 'src/sum.js'));
    const report = await review(repository);
    expect(report.findings).toMatchObject([{ rule: 'test/file', file: 'tests/sum.test.js' }]);
  });

  it('ends tests that take too long, and does not pass', async () => {
    const hanging = "import { it } from 'vitest';\nit('hangs', () => new Promise(() => {}), 60_000);\n";
    const repository = scratchRepository({ ...vitestFiles, 'tests/hang.test.js': hanging });
    const report = await review(repository, '--test-timeout', '1500ms', '--quiet');
    expect(report).toMatchObject({ code: 1, log: '' });
    expect(report.findings.at(-1)?.message).toContain('did not finish within 1.5 s');
  });

  it('asks no coverage of a part of the tests, and leaves nothing in the working tree', async () => {
    const repository = scratchRepository({
      ...vitestFiles,
      'vitest.config.js':
        "export default { test: { coverage: { enabled: true, provider: 'custom', customProviderModule: './coverage.js', thresholds: { lines: 100 } }, reporters: ['junit'], outputFile: 'junit.xml' } };\n",
      'coverage.js': `import { mkdirSync, writeFileSync } from 'node:fs';
const say = (name) => { mkdirSync('coverage', { recursive: true }); writeFileSync('coverage/' + name, ''); };
const provider = {
  initialize() { say('initialized'); },
  resolveOptions: () => ({ reportsDirectory: 'coverage', thresholds: { lines: 100 } }),
  clean() { say('cleaned'); },
  onAfterSuiteRun() {},
  generateCoverage: () => ({}),
  reportCoverage() { say('report'); process.exitCode = 1; },
};
export default { getProvider: () => provider, startCoverage() {}, takeCoverage() {}, stopCoverage() {} };
`,
    });
    repository.settle();
    repository.write({ 'src/sum.js': 'export const sum = (a, b) => b + a;\n' });
    expect(await review(repository)).toMatchObject({ code: 0, findings: [] });
    expect(repository.git('status', '--porcelain')).toBe('M src/sum.js');
  });

  it('names what tests leave in the working tree, and removes none of it', async () => {
    const repository = scratchRepository({
      'package.json': { type: 'module', scripts: { test: 'node --test' } },
      'a.test.js': "import { writeFileSync } from 'node:fs';\nwriteFileSync('left.txt', '');\n",
    });
    expect(await review(repository)).toMatchObject({
      code: 0,
      findings: [
        { rule: 'tests/left', severity: 'warning', message: expect.stringContaining(': left.txt.') },
      ],
    });
    expect(repository.git('status', '--porcelain')).toContain('left.txt');
  });

  const nodeFiles = {
    'package.json': {
      type: 'module',
      scripts: { test: 'node --test --test-reporter dot "checks/*.check.js"' },
    },
    'sum.js': 'export const sum = (a, b) => a + b;\n',
    'checks/sum.check.js': `import { strictEqual } from 'node:assert';
import { describe, it } from 'node:test';
import { sum } from '../sum.js';
describe('sum', () => {
  it('adds', () => {
    strictEqual(sum(1, 2), 3);
  });
  it('waits', { skip: true }, () => {});
});
`,
    'checks/other.check.js': "throw new Error('unrelated');\n",
  };

  it('runs the tests of node --test that import what changed', async () => {
    const repository = scratchRepository(nodeFiles);
    repository.settle();
    repository.write({ 'sum.js': 'export const sum = (a, b) => a - b;\n' });
    const report = await review(repository);
    expect(report.findings).toMatchObject([
      { rule: 'test', file: 'checks/sum.check.js', line: 6, severity: 'error' },
    ]);
    expect(report.checked).toContainEqual({ what: 'tests (node)', count: 1 });
    repository.write({ 'sum.js': 'export const sum = (a, b) => b + a;\n' });
    expect(await review(repository)).toMatchObject({ code: 0, findings: [] });
  });

  it('gives node the flags of the script, but none that judges or shards the suite or writes files', async () => {
    const repository = scratchRepository({
      ...nodeFiles,
      '.env.test': 'LENS=turns\n',
      'package.json': {
        type: 'module',
        scripts: {
          test: 'c8 --check-coverage --lines 100 node --env-file .env.test --test --experimental-test-coverage --test-coverage-lines 100 --test-coverage-exclude "checks/**" --test-shard 2/2 --cpu-prof --cpu-prof-dir profiles "checks/*.check.js"',
        },
      },
      'checks/sum.check.js': `${nodeFiles['checks/sum.check.js']}it('has its variables', () => strictEqual(process.env.LENS, 'turns'));\n`,
    });
    repository.settle();
    repository.write({ 'sum.js': 'export const sum = (a, b) => b + a;\nexport const never = () => 1;\n' });
    const report = await review(repository);
    expect(report).toMatchObject({ code: 0, findings: [] });
    expect(report.checked).toContainEqual({ what: 'tests (node)', count: 2 });
    expect(repository.git('status', '--porcelain')).toBe('M sum.js');
  });

  it('runs every test without --only-changed', async () => {
    const repository = scratchRepository(nodeFiles);
    const report = await reportOf(reviewRunner, ['--cwd', repository.path]);
    expect(report.findings).toMatchObject([
      { file: 'checks/other.check.js', message: expect.stringContaining('unrelated') },
    ]);
  });

  it('says that settings changed which concern every test', async () => {
    const repository = scratchRepository(nodeFiles);
    repository.settle();
    repository.write({ 'package.json': { ...nodeFiles['package.json'], version: '1.0.0' } });
    expect(await review(repository)).toMatchObject({
      code: 77,
      summary: expect.stringContaining('package.json'),
    });
  });
});

describe('A review', () => {
  it('is skipped when nothing changed since the last one that passed on the default branch', async () => {
    const repository = scratchRepository({ ...biome, 'a.js': 'export const a = 1;\n' });
    const head = repository.commit('Start');
    expect(await review(repository, '--no-tests')).toMatchObject({ code: 0 });
    expect(repository.git('for-each-ref', 'refs/nightshift')).toBe('');
    expect(await review(repository)).toMatchObject({ code: 0 });
    expect(repository.git('rev-parse', 'refs/nightshift/code-review')).toBe(head);
    const { code, stdout } = await execute(reviewRunner, ['--only-changed', '--cwd', repository.path]);
    expect(code).toBe(77);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      `nothing changed since the last successful review (${head.slice(0, 7)})`,
    );
  });

  it('is not remembered when it failed, nor with uncommitted work, nor on another branch', async () => {
    const repository = scratchRepository({ ...biome, 'a.js': debuggerLine });
    repository.commit('Start');
    await review(repository);
    repository.write({ 'a.js': 'export const a = 1;\n' });
    expect(await review(repository)).toMatchObject({ code: 0 });
    repository.git('switch', '--quiet', '--create', 'feature');
    repository.commit('Mend');
    expect(await review(repository)).toMatchObject({ code: 0 });
    expect(repository.git('for-each-ref', 'refs/nightshift')).toBe('');
  });

  it('fails with one clear sentence outside of a repository', async () => {
    const { code, stdout, stderr } = await execute(reviewRunner, ['--only-changed', '--cwd', tmpdir()]);
    expect(code).toBe(1);
    expect(stdout).toContain('is not in a git repository');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('works as a command of its own', () => {
    const repository = scratchRepository({ ...biome, 'a.js': debuggerLine });
    const main = resolve('runners/review/main.ts');
    const { status, stdout } = spawnSync(process.execPath, [main, '--only-changed'], {
      cwd: repository.path,
    });
    expect(status).toBe(1);
    expect(stdout.toString()).toMatch(/a\.js:2:1 {2}biome\/lint\/suspicious\/noDebugger/);
    expect(execFileSync(process.execPath, [main, '--help']).toString()).toContain('--test-timeout');
  });
});
