import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { createOriginReader, readOrigin, repoOfOrigin } from '../../../orchestrator/project/origin.ts';
import { planSource } from '../../../orchestrator/worker/planSource.ts';
import { tempDir } from '../../support/tempDir.ts';

/** A checkout whose remote `origin` has an address. */
function checkout(address?: string): string {
  const directory = tempDir();
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory });
  git('init', '--quiet');
  if (address !== undefined) git('remote', 'add', 'origin', address);
  return directory;
}

describe('The origin of a checkout', () => {
  it.each([
    ['https://ann:ghp_secret@github.com/acme/site.git', 'https://github.com/acme/site.git'],
    ['git@github.com:acme/site.git', 'ssh://github.com/acme/site.git'],
    ['ssh://git@ssh.github.com:443/acme/site.git', 'ssh://ssh.github.com/acme/site.git'],
    ['/srv/git/site.git', '/srv/git/site.git'],
  ])('is told without a password: %s', async (address, told) => {
    expect(await readOrigin(checkout(address))).toBe(told);
  });

  it('is read again after a minute where it is read again and again', async () => {
    let time = 0;
    const read = createOriginReader(() => time);
    const directory = checkout('/srv/git/site.git');
    expect(await read(directory)).toBe('/srv/git/site.git');
    execFileSync('git', ['remote', 'set-url', 'origin', '/srv/git/other.git'], { cwd: directory });
    time = 59_000;
    expect(await read(directory)).toBe('/srv/git/site.git');
    time = 60_000;
    expect(await read(directory)).toBe('/srv/git/other.git');
  });

  it('is none without a remote, and outside of a checkout', async () => {
    expect(await readOrigin(checkout())).toBe('');
    expect(await readOrigin(tempDir())).toBe('');
  });

  it.each([
    ['git@github.com:acme/site.git', 'acme/site'],
    ['https://github.com/acme/site/', 'acme/site'],
    ['', undefined],
  ])('names the repository whose links a step looks for: %s', (address, repository) => {
    expect(repoOfOrigin(address)).toBe(repository);
  });

  it('goes to the server beside the plan, with the repositories that steps name', () => {
    const cmd = ['true'] as const;
    const plan = readPlan(
      {
        steps: [
          { task: 'a', cmd, repo: 'acme/site' },
          { task: 'b', cmd },
        ],
      },
      '/p.plan.ts',
      'p',
    );
    expect(planSource(plan, { runId: 'r' }, 'x')).toEqual({
      runId: 'r',
      origin: 'x',
      repos: [{ task: 'a', repo: 'acme/site' }],
    });
    expect(planSource(plan, { planHash: 'h' }, undefined)).not.toHaveProperty('origin');
  });
});
