import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { integrateRunner } from '../../../runners/integrate/integrate.ts';
import { execute, reportOf } from '../support/execute.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

function integrate(repository: { path: string }, ...args: string[]) {
  return reportOf(integrateRunner, ['--no-advisories', '--cwd', repository.path, ...args]);
}

function rules(report: { findings: { rule: string; file?: string; line?: number }[] }): string[] {
  return report.findings.map(({ rule, file, line }) =>
    [rule, file, line].filter((part) => part !== undefined).join(' '),
  );
}

describe('The format check', () => {
  it('names the changed files that Biome would format', async () => {
    const repository = scratchRepository({ 'biome.json': {}, 'package.json': '{}\n', 'old.js': 'a( 1 )' });
    repository.settle();
    repository.write({ 'new.js': 'a( 1 )', 'good.js': 'a(1);\n' });
    expect(rules(await integrate(repository, '--only-changed'))).toEqual(['biome/format new.js']);
  });

  it('names the files that Prettier would format or cannot read, and obeys its ignore file', async () => {
    const repository = scratchRepository({
      'package.json': { prettier: {} },
      '.prettierignore': 'skip.js\n',
      'bad.js': 'a( 1 )',
      'skip.js': 'a( 1 )',
      'broken.js': 'const = 1;\n',
      'unknown.xyz': 'a( 1 )',
    });
    expect(rules(await integrate(repository))).toEqual([
      'prettier/format bad.js',
      'prettier/parse broken.js 1',
    ]);
  });

  it('says so when the repository has no formatter', async () => {
    const repository = scratchRepository({ 'package.json': { scripts: { a: 'true' } } });
    expect((await integrate(repository)).notChecked).toContainEqual({
      what: 'formatting',
      why: 'the repository has neither Biome nor Prettier',
    });
  });
});

describe('The check of imports and dependencies', () => {
  it('names packages that are imported but not declared, with file and line', async () => {
    const repository = scratchRepository({
      'package.json': { name: 'self', dependencies: { zod: '*' }, devDependencies: { '@types/estree': '*' } },
      'tsconfig.json': { compilerOptions: { paths: { 'lib/*': ['./src/*'] } } },
      'src/a.ts': `import { z } from 'zod';
import fs from 'fs';
import self from 'self/part';
import alias from 'lib/b';
import virtual from 'virtual:thing';
import type { Node } from 'estree';
import execa from 'execa';
const optional = await import('not-there');
export { z, fs, self, alias, virtual, execa, optional, type Node };
`,
      'src/b.ts': '',
      'tests/fixtures/a.js': "import 'anything';",
      'nested/package.json': { name: 'nested', dependencies: { other: '1' } },
      'nested/a.js': "import 'other';",
    });
    const missing = (await integrate(repository)).findings.filter(
      ({ rule }) => rule === 'dependencies/missing',
    );
    expect(missing).toMatchObject([
      {
        severity: 'error',
        file: 'src/a.ts',
        line: 7,
        message: expect.stringContaining('another package needs it'),
      },
      { severity: 'warning', file: 'src/a.ts', line: 8, message: expect.stringContaining('"not-there"') },
    ]);
  });

  it('warns of a declared package only when nothing mentions it in any way', async () => {
    const repository = scratchRepository({
      'package.json': {
        scripts: { check: 'tsc --noEmit && biome check' },
        dependencies: { zod: '*', semver: '*', execa: '*', yaml: '*' },
        devDependencies: {
          typescript: '*',
          '@biomejs/biome': '*',
          '@types/semver': '*',
          'eslint-plugin-x': '*',
          gone: '*',
        },
      },
      'a.js': "import semver from 'semver';\nnew Worker('yaml');\n",
      'settings.json': { uses: 'execa' },
    });
    const report = await integrate(repository);
    const unused = report.findings.filter(({ rule }) => rule === 'dependencies/unused');
    expect(unused).toMatchObject([
      { severity: 'warning', file: 'package.json', line: 6, message: expect.stringContaining('"zod"') },
    ]);
    expect(report.notChecked).toContainEqual({
      what: 'use of 1 package',
      why: expect.stringContaining('not installed'),
    });
  });
});

describe('The check of engines', () => {
  it('compares engines.node with the Node that runs scripts, and dependencies with both', async () => {
    const repository = scratchRepository({
      'package.json': { engines: { node: '>=18' }, dependencies: { a: '1' } },
      'package-lock.json': {
        lockfileVersion: 3,
        packages: {
          '': { dependencies: { a: '1' }, engines: { node: '>=18' } },
          'node_modules/a': { version: '1.0.0', engines: { node: '>=20' } },
          'node_modules/b': { version: '1.0.0', engines: { node: '>=99' } },
        },
      },
    });
    const findings = (await integrate(repository)).findings.filter(({ rule }) => rule.startsWith('engines'));
    expect(findings).toMatchObject([
      { rule: 'engines/dependency', message: expect.stringContaining('b@1.0.0 wants Node ">=99"') },
      { rule: 'engines/promise', line: 3, message: expect.stringContaining('a@1.0.0 wants ">=20"') },
    ]);
    repository.write({ 'package.json': { engines: { node: '<10' } } });
    expect(rules(await integrate(repository))).toContain('engines/running package.json 3');
  });
});

describe('The check of scripts', () => {
  it('names missing files and scripts, and not what a build or another directory has', async () => {
    const repository = scratchRepository({
      '.gitignore': 'node_modules\ndist\n',
      'there.js': '',
      'sub/there.js': '',
      'package.json': {
        scripts: {
          good: 'node there && node --import ./x.js ./there.js && cd sub && node there.js',
          built: 'node dist/main.js',
          inline:
            'node -e "1" && node --test && sh -c "x" && npm run other -w sub && npm run --if-present maybe',
          file: 'NODE_ENV=x node --enable-source-maps gone.mjs --flag',
          target: 'npm run good && npm run nope',
          shell: './tools/gone.sh',
          both: 'run-s good lost',
          computed: 'node $FILE && node src/*.js',
        },
      },
    });
    const report = await integrate(repository);
    expect(report.findings.map(({ line, message }) => `${line} ${message}`)).toEqual(
      [
        '6 The script "file" names the file gone.mjs, which does not exist.',
        '8 The script "shell" names the file tools/gone.sh, which does not exist.',
        '7 The script "target" runs "nope", which is not a script of this package.',
        '9 The script "both" runs "lost", which is not a script of this package.',
      ].sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10)),
    );
    expect(report.notChecked).toContainEqual({
      what: 'files of scripts: dist/main.js',
      why: expect.stringContaining('git ignores'),
    });
  });
});

describe('dx.integrate', () => {
  it('lets warnings fail under --strict', async () => {
    const repository = scratchRepository({
      'package.json': { dependencies: { zod: '*' } },
      'a.js': "import 'zod';",
    });
    expect((await integrate(repository)).code).toBe(0);
    expect((await integrate(repository, '--strict')).code).toBe(1);
  });

  it('is skipped when there is nothing to check', async () => {
    const repository = scratchRepository({ 'package.json': {} });
    const { code, stdout } = await execute(integrateRunner, ['--only-changed', '--cwd', repository.path]);
    expect(code).toBe(77);
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('nothing to check in');
  });

  it('fails with one clear sentence without a package.json, with a broken one, or outside of a repository', async () => {
    const bare = scratchRepository();
    expect((await integrate(bare)).findings[0]?.message).toContain('There is no package.json');
    bare.write({ 'package.json': '{ "a": ' });
    expect((await integrate(bare)).findings[0]?.message).toContain('Could not read package.json as JSON');
    expect((await integrate({ path: tmpdir() })).findings[0]?.message).toContain(
      'is not in a git repository',
    );
  });
});
