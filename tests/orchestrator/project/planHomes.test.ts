import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planInput } from '../../../orchestrator/plan/planInput.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { isGuessed } from '../../../orchestrator/project/atHome.ts';
import { createHomeFinder } from '../../../orchestrator/project/planHomes.ts';
import { projectOfOrigin } from '../../../orchestrator/project/projectOfOrigin.ts';
import { tempDir } from '../../support/tempDir.ts';

function git(directory: string, ...args: string[]): void {
  execFileSync('git', args, { cwd: directory });
}

/** A checkout with a plan file in a folder of it. */
function checkout(origin?: string): { directory: string; file: string } {
  const directory = realpathSync(tempDir());
  git(directory, 'init', '--quiet');
  if (origin !== undefined) git(directory, 'remote', 'add', 'origin', origin);
  mkdirSync(join(directory, 'ops'));
  const file = join(directory, 'ops', 'nightly.plan.ts');
  writeFileSync(file, '');
  return { directory, file };
}

describe('The home of a plan', () => {
  it('is what the plan says, else what the variable says, else the repository of origin', async () => {
    const { directory, file } = checkout('git@github.com:Acme/Site.git');
    const place = { root: directory, path: 'ops/nightly.plan.ts' };
    const named = createHomeFinder('acme/named');
    expect(await named({ file, project: 'acme/own' })).toEqual({
      ...place,
      project: 'acme/own',
      from: 'plan',
    });
    expect(await named({ file })).toEqual({ ...place, project: 'acme/named', from: 'variable' });
    const home = await createHomeFinder(undefined)({ file });
    expect(home).toEqual({ ...place, project: 'acme/site', from: 'origin' });
  });

  it('is the name in the nearest package.json of the repository, else the folder', async () => {
    const { directory, file } = checkout();
    const find = () => createHomeFinder(undefined)({ file });
    expect(await find()).toMatchObject({ project: basename(directory), from: 'folder' });
    writeFileSync(join(directory, 'package.json'), '{"name": "@acme/site"}');
    expect(await find()).toMatchObject({
      project: '@acme/site',
      from: 'package',
      path: 'ops/nightly.plan.ts',
    });
    writeFileSync(join(directory, 'ops', 'package.json'), 'no JSON');
    expect(await find()).toMatchObject({ project: basename(directory), from: 'folder' });
  });

  it('counts paths from the package, or the folder, where there is no repository', async () => {
    const directory = realpathSync(tempDir());
    const file = join(directory, 'nightly.plan.ts');
    writeFileSync(file, '');
    const home = await createHomeFinder(undefined)({ file });
    expect(home).toEqual({
      project: basename(directory),
      from: 'folder',
      root: directory,
      path: 'nightly.plan.ts',
    });
  });

  it('stays what it was when a step changes the settings of the checkout', async () => {
    const { directory, file } = checkout('https://github.com/acme/site');
    const homeOf = createHomeFinder(undefined);
    await homeOf({ file });
    git(directory, 'remote', 'set-url', 'origin', 'https://github.com/mallory/site');
    expect(await homeOf({ file })).toMatchObject({ project: 'acme/site' });
  });

  it('is no part of the content of the plan', () => {
    const plan = (more: object) =>
      planInput(readPlan({ steps: [{ task: 'a', cmd: ['a'] }], ...more }, '/x/n.plan.ts', 'n'), []);
    expect(plan({ project: 'acme/site' })).toEqual(plan({}));
    expect(() => plan({ project: 'acme:site' })).toThrow(/project: expected 1 to 128 letters/);
  });

  it.each([
    ['git@github.com:acme/site.git', 'acme/site'],
    ['https://github.com/Acme/Site/', 'acme/site'],
    ['https://gitlab.example.org/group/sub/site.git', 'group/sub/site'],
    ['ssh://git@gitlab.example.org:2222/group/sub/site.git', 'group/sub/site'],
    ['git@gitlab.example.org:group/sub/site.git', 'group/sub/site'],
    ['/srv/git/site.git', 'git/site'],
    ['file:///srv/git/site.git', 'git/site'],
    ['../site', 'site'],
    ['C:\\git\\site.git', 'git/site'],
    ['', undefined],
  ])('of the origin %s is %s', (address, project) => {
    expect(projectOfOrigin(address)?.project).toBe(project);
  });

  it.each(['/srv/git/site.git', 'file:///srv/git/site.git', '../site', 'C:\\git\\site.git'])(
    'is a guess where the origin is the directory %s',
    async (address) => {
      const home = await createHomeFinder(undefined)({ file: checkout(address).file });
      expect(home.from).toBe('directory');
      expect(isGuessed(home)).toBe(true);
    },
  );

  it.each(['git@github.com:acme/site.git', 'host:site', 'https://example.org/site'])(
    'is no guess where the origin is the address %s',
    async (address) => {
      expect(isGuessed(await createHomeFinder(undefined)({ file: checkout(address).file }))).toBe(false);
    },
  );
});
