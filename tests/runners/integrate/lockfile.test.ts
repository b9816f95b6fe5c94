import { describe, expect, it } from 'vitest';
import { integrateRunner } from '../../../runners/integrate/integrate.ts';
import { inheritedKeys } from '../../support/inheritedNames.ts';
import { reportOf } from '../support/execute.ts';
import { serveRegistry } from '../support/npmRegistry.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

async function messages(files: Record<string, string | object>, prefix: string): Promise<string[]> {
  const report = await reportOf(integrateRunner, ['--no-advisories', '--cwd', scratchRepository(files).path]);
  return report.findings.filter(({ rule }) => rule.startsWith(prefix)).map(({ message }) => message);
}

describe("npm's lock file", () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { zod: '^4.0.0', left: '1' }, workspaces: ['packages/*'] },
      'packages/one': { dependencies: { yaml: '^2.0.0' } },
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/left': { version: '1.0.0' },
      'node_modules/yaml': { version: '1.0.0' },
    },
  };

  it('is in step when every package.json says the same', async () => {
    const files = {
      'package.json': { workspaces: ['packages/*'], dependencies: { zod: '^4.0.0', left: '1' } },
      'packages/one/package.json': { dependencies: { yaml: '^2.0.0' } },
      'package-lock.json': {
        ...lock,
        packages: { ...lock.packages, 'node_modules/yaml': { version: '2.1.0' } },
      },
    };
    expect(await messages(files, 'lockfile')).toEqual([]);
  });

  it('is out of step when a range, a name or an installed version differs, also in a workspace', async () => {
    const files = {
      'package.json': { workspaces: ['packages/*'], dependencies: { zod: '^3.0.0', fresh: '1' } },
      'packages/one/package.json': { dependencies: { yaml: '^2.0.0' } },
      'package-lock.json': lock,
    };
    expect(await messages(files, 'lockfile')).toEqual([
      'left: the lock file lists it as a dependency of package.json, which does not.',
      'zod: package.json wants "^3.0.0", but the lock file has "^4.0.0".',
      'fresh: package.json wants "1", but it is not in the lock file.',
      'yaml: package.json wants "^2.0.0", but the lock file installs 1.0.0.',
    ]);
  });

  it('does not know packages by names that every object inherits', async () => {
    const dependencies = Object.fromEntries(inheritedKeys.map((name) => [name, '1']));
    const files = {
      'package.json': { dependencies },
      'package-lock.json': { lockfileVersion: 3, packages: { '': { dependencies: {} } } },
    };
    expect(await messages(files, 'lockfile')).toHaveLength(inheritedKeys.length);
  });

  it('is missed when there are dependencies, and must be readable and the only one', async () => {
    const manifest = { 'package.json': { dependencies: { zod: '*' } } };
    expect(await messages(manifest, 'lockfile')).toEqual([expect.stringContaining('no lock file')]);
    expect(await messages({ ...manifest, 'package-lock.json': '<<<<<<<' }, 'runner')).toEqual([
      expect.stringContaining('Could not read package-lock.json'),
    ]);
    const both = {
      'package.json': {},
      'package-lock.json': { lockfileVersion: 3, packages: {} },
      'yarn.lock': '',
    };
    expect(await messages(both, 'lockfile')).toEqual([expect.stringContaining('several lock files')]);
  });

  it('tells duplicates that can be merged from those that cannot, and names deprecated packages', async () => {
    const files = {
      'package.json': { dependencies: { a: '1', b: '1' } },
      'package-lock.json': {
        lockfileVersion: 3,
        packages: {
          '': { dependencies: { a: '1', b: '1' } },
          'node_modules/a': {
            version: '1.0.0',
            dependencies: { one: '^1.0.0', two: '^1.0.0' },
            deprecated: 'use c',
          },
          'node_modules/b': { version: '1.0.0', dependencies: { one: '^1.1.0', two: '^2.0.0' } },
          'node_modules/one': { version: '1.0.0', deprecated: 'old' },
          'node_modules/b/node_modules/one': { version: '1.1.0' },
          'node_modules/two': { version: '1.0.0' },
          'node_modules/b/node_modules/two': { version: '2.0.0' },
        },
      },
    };
    expect(await messages(files, 'duplicates')).toEqual([
      'one is installed in 2 versions (1.0.0, 1.1.0), though 1.1.0 would do for all.',
    ]);
    expect(await messages(files, 'deprecated')).toEqual([
      'a@1.0.0 is deprecated: use c',
      'one@1.0.0 is deprecated: old',
    ]);
  });
});

describe('Other lock files', () => {
  const manifest = {
    'package.json': { dependencies: { zod: '^4.0.0', '@a/b': '^1.0.0' }, devDependencies: { new: '1' } },
  };

  it('of pnpm are compared by specifier', async () => {
    const lock = `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      zod: { specifier: ^3.0.0, version: 3.0.0 }
      '@a/b': { specifier: ^1.0.0, version: 1.0.0 }
packages:
  zod@3.0.0: { resolution: { integrity: x }, deprecated: gave up }
  '@a/b@1.0.0': { resolution: { integrity: x } }
`;
    expect(await messages({ ...manifest, 'pnpm-lock.yaml': lock }, 'lockfile')).toEqual([
      'zod: package.json wants "^4.0.0", but the lock file has "^3.0.0".',
      'new: package.json wants "1", but it is not in the lock file.',
    ]);
    expect(await messages({ ...manifest, 'pnpm-lock.yaml': lock }, 'deprecated')).toEqual([
      'zod@3.0.0 is deprecated: gave up',
    ]);
  });

  it.each([
    ['classic', 'zod@^3.0.0, zod@^4.0.0:\n  version "4.0.0"\n\n"@a/b@^1.0.0":\n  version "1.0.0"\n'],
    ['modern', '"zod@npm:^4.0.0":\n  version: 4.0.0\n\n"@a/b@npm:^1.0.0":\n  version: 1.0.0\n'],
  ])('of %s yarn are compared by descriptor', async (_, lock) => {
    const { dependencies, devDependencies } = manifest['package.json'];
    const files = {
      'package.json': {
        workspaces: ['packages/*'],
        dependencies: { ...dependencies, own: '1.0.0' },
        devDependencies,
      },
      'packages/own/package.json': { name: 'own', version: '1.0.0' },
      'yarn.lock': lock,
    };
    expect(await messages(files, 'lockfile')).toEqual([
      'new: package.json wants "1", but the lock file has no entry for "new@1".',
    ]);
  });
});

describe('Known advisories', () => {
  const files = {
    'package.json': { name: 'x', version: '1.0.0', dependencies: { bad: '1.0.0', poor: '1.0.0' } },
    'package-lock.json': {
      name: 'x',
      version: '1.0.0',
      lockfileVersion: 3,
      requires: true,
      packages: {
        '': { name: 'x', version: '1.0.0', dependencies: { bad: '1.0.0', poor: '1.0.0' } },
        'node_modules/bad': { version: '1.0.0' },
        'node_modules/poor': { version: '1.0.0' },
      },
    },
    'a.js': "import 'bad';\nimport 'poor';\n",
  };

  it('are errors when high and warnings when less, with their address', async () => {
    const advisory = (id: number, severity: string) => [
      {
        id,
        url: `https://example.invalid/${id}`,
        title: `Trouble ${id}`,
        severity,
        vulnerable_versions: '<2',
      },
    ];
    const registry = await serveRegistry(200, { bad: advisory(1, 'high'), poor: advisory(2, 'low') });
    const report = await audit(registry);
    expect(report.findings.filter(({ rule }) => rule.startsWith('advisory'))).toMatchObject([
      { severity: 'error', url: 'https://example.invalid/1', message: 'bad <2: Trouble 1 (high)' },
      { severity: 'warning', url: 'https://example.invalid/2' },
    ]);
    expect(report.checked).toContainEqual({ what: 'packages against known advisories', count: 2 });
  });

  it('are not checked, which is said and no failure, when the registry refuses or is away', async () => {
    for (const registry of [await serveRegistry(405, {}), 'http://127.0.0.1:1/']) {
      const report = await audit(registry);
      expect(report.code).toBe(0);
      expect(report.notChecked).toContainEqual({
        what: 'known advisories',
        why: expect.stringContaining('did not answer'),
      });
    }
  });

  it('are asked for also where npm is told to work offline, when it would find none', async () => {
    const registry = await serveRegistry(405, {});
    const report = await audit(registry, 'offline=true');
    expect(report.notChecked.map(({ what }) => what)).toContain('known advisories');
  });

  function audit(registry: string, setting = 'offline=false') {
    const repository = scratchRepository({
      ...files,
      '.npmrc': `registry=${registry}\nfetch-retry-mintimeout=10\n${setting}\n`,
    });
    return reportOf(integrateRunner, ['--cwd', repository.path]);
  }
});
