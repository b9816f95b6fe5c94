import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, unlinkSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../runners/report/report.ts';
import { toolEnvironment } from '../../../runners/repository/toolEnvironment.ts';
import { type ScratchRepository, scratchRepository } from '../support/scratchRepository.ts';

const mainOf = (runner: string) => resolve('runners', runner, 'main.ts');

/** A package with a Node of its own, whose script checks another repository. */
function packageWithScripts(other: ScratchRepository): ScratchRepository {
  const run = (runner: string) =>
    `"${process.execPath}" "${mainOf(runner)}" --json --quiet --cwd "${other.path}"`;
  const own = scratchRepository();
  unlinkSync(join(own.path, 'node_modules'));
  own.write({
    'package.json': {
      name: 'own',
      version: '7.0.0',
      scripts: {
        integrate: `${run('integrate')} --no-advisories`,
        review: run('review'),
        deeper: 'npm run --silent review',
      },
    },
    'node_modules/.bin/node': `#!/bin/sh\n[ "$1" = --version ] && echo v1.2.3 || exec "${process.execPath}" "$@"\n`,
  });
  chmodSync(join(own.path, 'node_modules/.bin/node'), 0o755);
  return own;
}

/** The folders that the shell of a user looks for programs in. */
const userPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

/** Runs a script as a user does, and reads the report that it prints. */
function npmRun(own: ScratchRepository, script: string): Report {
  const { HOME = '' } = process.env;
  const { stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
    cwd: own.path,
    env: { PATH: userPath, HOME, NPM_CONFIG_FUND: 'false' },
  });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

/** Asks a Node for its version. */
function versionOf(node: string): string {
  return execFileSync(node, ['--version'], { env: { PATH: userPath } })
    .toString()
    .trim()
    .slice(1);
}

describe('A check of another repository by a script of npm', () => {
  it('asks the Node that is installed in that repository', () => {
    const other = scratchRepository({ 'package.json': { engines: { node: '>=20' } } });
    const report = npmRun(packageWithScripts(other), 'integrate');
    expect(report.findings).toEqual([]);
    const installed = versionOf(join(other.path, 'node_modules/.bin/node'));
    expect(report.checked).toContainEqual({ what: `engines against Node ${installed}`, count: 1 });
  });

  it('asks the Node of the user where that repository has none', () => {
    const other = scratchRepository({ 'package.json': { engines: { node: '>=16' } } });
    unlinkSync(join(other.path, 'node_modules'));
    const report = npmRun(packageWithScripts(other), 'integrate');
    expect(report.findings).toEqual([]);
    expect(report.checked).toContainEqual({ what: `engines against Node ${versionOf('node')}`, count: 1 });
  });

  it.each(['review', 'deeper'])(
    'runs its tests with the PATH and the variables of the user (%s)',
    (script) => {
      const other = scratchRepository({
        'package.json': { type: 'module', scripts: { test: 'node --test' } },
        'a.test.js': `import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';
it('is what a shell would start', () => {
  const { PATH, NPM_CONFIG_FUND, ...rest } = process.env;
  const strange = PATH.split(':').filter((folder) => /node-gyp-bin|nightshift-runner-.*node_modules/.test(folder) && !folder.startsWith(process.cwd()));
  deepStrictEqual(strange, []);
  deepStrictEqual(Object.keys(rest).filter((name) => /^npm_|^INIT_CWD$|^NODE$/.test(name)), []);
  deepStrictEqual(NPM_CONFIG_FUND, 'false');
});
`,
      });
      expect(npmRun(packageWithScripts(other), script)).toMatchObject({ status: 'passed', findings: [] });
    },
  );
});

describe('The environment of the tools of a repository', () => {
  const path = (...folders: string[]) => folders.join(delimiter);
  const own = resolve('node_modules/.bin');

  it('keeps the folders and variables of the user as they are', () => {
    const variables = {
      PATH: path('/home/a/bin', '/opt/x/node_modules/.bin', '/usr/bin'),
      npm_config_registry: 'r',
    };
    expect(toolEnvironment('/srv/other', variables)).toEqual(variables);
  });

  it('loses our own programs also where no script runs', () => {
    const variables = { PATH: path(own, '/usr/bin') };
    expect(toolEnvironment('/srv/other', variables)).toEqual({ PATH: '/usr/bin' });
  });

  it('loses the Node of our package, which a worker puts before all others', () => {
    const variables = { PATH: path(dirname(process.execPath), '/usr/bin') };
    expect(dirname(process.execPath)).toContain('node_modules');
    expect(toolEnvironment('/srv/other', variables)).toEqual({ PATH: '/usr/bin' });
  });

  it('loses what scripts within scripts have put before the folders of the user', () => {
    const variables = {
      Path: path(
        '/a/b/node_modules/.bin',
        '/a/node_modules/.bin',
        '/npm/node-gyp-bin',
        '/set/by/the/script',
        '/c/node_modules/.bin',
        '/npm/node-gyp-bin',
        '/opt/x/node_modules/.bin',
        '/usr/bin',
      ),
      npm_lifecycle_event: 'test',
      npm_node_execpath: '/npm/node',
      NODE: '/npm/node',
      INIT_CWD: '/a/b',
      HOME: '/home/a',
    };
    expect(toolEnvironment('/srv/other', variables)).toEqual({
      Path: path('/set/by/the/script', '/opt/x/node_modules/.bin', '/usr/bin'),
      HOME: '/home/a',
    });
  });
});
