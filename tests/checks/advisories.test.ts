import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { advisoriesRunner } from '../advisories.ts';
import { execute } from '../runners/support/execute.ts';
import { serveRegistry } from '../runners/support/npmRegistry.ts';
import { tempDir } from '../support/tempDir.ts';

const root = {
  name: 'x',
  version: '1.0.0',
  dependencies: { used: '1.0.0' },
  devDependencies: { tool: '1.0.0' },
};
const lock = {
  ...{ name: 'x', version: '1.0.0', lockfileVersion: 3, requires: true },
  packages: {
    '': root,
    'node_modules/used': { version: '1.0.0', dependencies: { below: '1.0.0' } },
    'node_modules/below': { version: '1.0.0' },
    'node_modules/tool': { version: '1.0.0', dev: true },
  },
};

/** Checks a package that has one dependency with one of its own, and one for development, against a registry. */
function check(registry: string) {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(root));
  writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify(lock));
  writeFileSync(
    join(cwd, '.npmrc'),
    `registry=${registry}\ncache=${cwd}/cache\nfetch-retry-mintimeout=10\naudit=false\n`,
  );
  return execute(advisoriesRunner, ['--cwd', cwd]);
}

function advisory(severity: string) {
  return [{ id: 1, url: 'https://example.invalid/1', title: 'Trouble', severity, vulnerable_versions: '<2' }];
}

describe('The check for advisories about the packages of production', () => {
  it.each(['high', 'critical'])('fails for one that is %s, also far below', async (severity) => {
    const { code, stdout } = await check(await serveRegistry(200, { below: advisory(severity) }));
    expect(code).toBe(1);
    expect(stdout).toContain(`below <2: Trouble (${severity})`);
  });

  it('passes for a moderate one, and names it', async () => {
    const { code, stdout } = await check(await serveRegistry(200, { used: advisory('moderate') }));
    expect(code).toBe(0);
    expect(stdout).toContain('used <2: Trouble (moderate)');
  });

  it('leaves out what only development needs', async () => {
    const { code, stdout } = await check(await serveRegistry(200, { tool: advisory('critical') }));
    expect(code).toBe(0);
    expect(stdout).toContain('nothing found');
  });

  it('has no answer, and says so, when the registry refuses, has a fault or is away', async () => {
    const silent = [await serveRegistry(405, {}), await serveRegistry(503, {}), 'http://127.0.0.1:1/'];
    for (const registry of silent) {
      const { code, stdout } = await check(registry);
      expect(code).toBe(77);
      expect(stdout).toContain('the registry did not answer: ');
    }
  });
});
