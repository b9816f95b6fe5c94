import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createReport, type ReportParts, skippedReport } from '../../../runners/report/report.ts';
import type { RunnerDefinition } from '../../../runners/report/runner.ts';
import { UserError } from '../../../runners/report/userError.ts';
import { execute } from '../support/execute.ts';

const findings: ReportParts['findings'] = [
  { rule: 'odd', severity: 'warning', message: 'A warning', url: 'http://example.invalid/a' },
  {
    rule: 'bad',
    severity: 'error',
    message: 'First\nSecond',
    file: 'a,b.ts',
    line: 3,
    column: 5,
    hint: 'Mend it.',
  },
];

function runner(parts: ReportParts, act?: () => never): RunnerDefinition<{ reason?: string }> {
  return {
    name: 'demo.run',
    description: 'Shows how runners behave.',
    strict: 'warnings fail too',
    options: (command) => void command.option('--reason <reason>', 'skip for this reason'),
    async run({ reason, strict }, { log }) {
      log('working');
      act?.();
      return reason === undefined
        ? createReport('demo.run', parts, strict)
        : skippedReport('demo.run', reason);
    },
  };
}

describe('A runner', () => {
  it('ends with 0 when it passed, and says what it checked and what not', async () => {
    const parts = {
      checked: [{ what: 'files', count: 1200 }],
      notChecked: [{ what: 'pages', why: 'no site' }],
    };
    const { code, stdout, stderr } = await execute(runner(parts), []);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Checked\n {2}files {2}1,200\n\nNot checked\n {2}pages {2}no site\n/);
    expect(stdout).toMatch(/demo\.run passed: nothing found\n$/);
    expect(stderr).toBe('working\n');
  });

  it('ends with 1 when it failed, errors standing last, before the summary', async () => {
    const { code, stdout } = await execute(runner({ findings }), []);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /1 warning\n.*A warning\n\n1 error\n {2}a,b\.ts:3:5 {2}bad {2}First\n +Second\n +→ Mend it\.\n\n/,
    );
    expect(stdout).toMatch(/demo\.run failed: 1 error, 1 warning\n$/);
  });

  it('lets warnings fail only under --strict', async () => {
    const [warning] = findings;
    const parts = { findings: warning === undefined ? [] : [warning] };
    expect((await execute(runner(parts), [])).code).toBe(0);
    expect((await execute(runner(parts), ['--strict'])).code).toBe(1);
  });

  it('ends with 77 when it had nothing to do, the reason being the last line', async () => {
    const { code, stdout } = await execute(runner({}), ['--reason', 'nothing\nchanged']);
    expect(code).toBe(77);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('nothing changed');
  });

  it('prints the report alone on stdout with --json', async () => {
    const { stdout } = await execute(
      runner({ findings, outputs: { outputs_uri: 'http://e.invalid/pull/1' } }),
      ['--json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'failed',
      outputs: { outputs_uri: 'http://e.invalid/pull/1' },
    });
  });

  it('hands the reason of a skip to the worker too, for with --json it is not the last line', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nightshift-report-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const variables = { NIGHTSHIFT_OUTPUT: join(directory, 'output') };
    const { code, stdout } = await execute(runner({}), ['--json', '--reason', 'nothing\nchanged'], variables);
    expect([code, JSON.parse(stdout).summary]).toEqual([77, 'nothing changed']);
    expect(readFileSync(variables.NIGHTSHIFT_OUTPUT, 'utf8')).toBe('skip_reason=nothing changed\n');
  });

  it('prints no messages with --quiet, but what it did not check', async () => {
    const { stdout, stderr } = await execute(runner({ notChecked: [{ what: 'pages', why: 'no site' }] }), [
      '--quiet',
    ]);
    expect(stderr).toBe('');
    expect(stdout).toContain('no site');
  });

  it('ends with 2 on an unknown option, a wrong directory or an argument, and names it', async () => {
    for (const args of [['--nope'], ['--cwd', '/does/not/exist'], ['surplus']]) {
      const { code, stdout, stderr } = await execute(runner({}), args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('--help');
    }
  });

  it('explains itself with --help and ends with 0', async () => {
    const { code, stdout } = await execute(runner({}), ['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--reason[\s\S]*--strict[\s\S]*--cwd[\s\S]*--json[\s\S]*77 skipped/);
  });

  it('shows a foreseen fault as its message, never with a stack', async () => {
    const { code, stdout, stderr } = await execute(
      runner({}, () => {
        throw new UserError('There is no package.json.', 'Name one.');
      }),
      [],
    );
    expect(code).toBe(1);
    expect(stdout).toContain('There is no package.json.');
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
  });

  it('still reports when it breaks, and keeps the stack to stderr', async () => {
    const { code, stdout, stderr } = await execute(
      runner({}, () => {
        throw new TypeError('boom');
      }),
      ['--json'],
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout).findings[0].message).toBe('boom');
    expect(stderr).toMatch(/TypeError: boom\n\s+at /);
  });

  it('writes its outputs for the worker and a summary for the job', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nightshift-report-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const [output, summary] = [join(directory, 'output'), join(directory, 'summary.md')];
    writeFileSync(output, 'before=1\n');
    const outputs = { outputs_uri: 'http://e.invalid/pull/1', note: 'two\nlines' };
    const { stdout } = await execute(runner({ findings, outputs }), [], {
      NIGHTSHIFT_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(stdout).toContain('\noutputs_uri=http://e.invalid/pull/1\n');
    expect(readFileSync(output, 'utf8')).toBe(
      'before=1\noutputs_uri=http://e.invalid/pull/1\nnote=two lines\n',
    );
    expect(readFileSync(summary, 'utf8')).toContain('| error | a,b.ts:3:5 | bad | First Second (Mend it.) |');
  });

  it('annotates under GitHub Actions, below the workspace and with everything escaped', async () => {
    const variables = { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/' };
    const { stdout } = await execute(runner({ findings }), ['--cwd', '/tmp'], variables);
    expect(stdout).toContain('::error file=tmp/a%2Cb.ts,line=3,col=5,title=bad::First%0ASecond%0AMend it.\n');
    const json = await execute(runner({ findings }), ['--json'], variables);
    expect(json.stderr).toContain('::warning title=odd::A warning%0Ahttp://example.invalid/a\n');
    expect(() => JSON.parse(json.stdout)).not.toThrow();
  });

  it('bounds long lists for humans and keeps all of them in JSON', async () => {
    const many = Array.from({ length: 263 }, (_, line) => ({
      rule: 'r',
      severity: 'error' as const,
      message: 'm',
      file: 'f',
      line,
    }));
    expect((await execute(runner({ findings: many }), [])).stdout).toContain(
      '… and 213 more (use --json to see all)',
    );
    expect(JSON.parse((await execute(runner({ findings: many }), ['--json'])).stdout).findings).toHaveLength(
      263,
    );
  });
});
