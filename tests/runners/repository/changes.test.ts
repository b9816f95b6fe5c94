import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ChangeBaseOptions, findChangeBase } from '../../../runners/repository/changeBase.ts';
import { findChangedFiles } from '../../../runners/repository/changedFiles.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

async function changes(path: string, options: ChangeBaseOptions = {}) {
  const base = await findChangeBase(path, options);
  return { ...base, ...(await findChangedFiles(path, base.commit)) };
}

describe('The changed files', () => {
  it('are those since the merge base on another branch: committed, edited, staged and untracked', async () => {
    const repository = scratchRepository({ 'a.js': '1', 'b.js': '1', 'c.js': '1' });
    repository.commit('Start', 100);
    repository.git('switch', '--quiet', '--create', 'feature');
    repository.write({ 'a.js': '2' });
    repository.commit('Change');
    repository.git('switch', '--quiet', 'main');
    repository.write({ 'only-main.js': '1' });
    repository.commit('Elsewhere');
    repository.git('switch', '--quiet', 'feature');
    repository.write({ 'b.js': '2', 'new file.js': '1', 'ünï.js': '1' });
    repository.git('add', 'b.js');
    const { since, present, limits } = await changes(repository.path);
    expect(since).toMatch(/^the merge base with main \([0-9a-f]{7}\)$/);
    expect(present).toEqual(['a.js', 'b.js', 'new file.js', 'ünï.js']);
    expect(limits).toEqual([]);
  });

  it('name deleted files and the old names of renamed ones as gone', async () => {
    const repository = scratchRepository({ 'old.js': 'some content', 'dead.js': '1' });
    repository.commit('Start', 100);
    repository.git('switch', '--quiet', '--create', 'feature');
    repository.git('mv', 'old.js', 'new.js');
    unlinkSync(join(repository.path, 'dead.js'));
    expect(await changes(repository.path)).toMatchObject({
      present: ['new.js'],
      gone: ['dead.js', 'old.js'],
    });
  });

  it('are on the default branch those of the last 24 hours', async () => {
    const repository = scratchRepository({ 'old.js': '1' });
    repository.commit('Start', 100);
    for (const [age, name] of [
      [20, 'a.js'],
      [10, 'b.js'],
    ] as const) {
      repository.write({ [name]: '1' });
      repository.commit(`Add ${name}`, age);
    }
    expect(await changes(repository.path)).toMatchObject({
      present: ['a.js', 'b.js'],
      since: '24 hours ago (2 commits)',
    });
  });

  it('are on the default branch at least those of the last commit', async () => {
    const repository = scratchRepository({ 'old.js': '1' });
    repository.commit('Start', 100);
    repository.write({ 'a.js': '1' });
    repository.commit('Add a', 50);
    expect((await changes(repository.path)).present).toEqual(['a.js']);
  });

  it('are on the default branch those since the reviewed commit, as long as history has it', async () => {
    const repository = scratchRepository({ 'old.js': '1' });
    const reviewed = repository.commit('Start', 100);
    for (const age of [90, 80]) {
      repository.write({ [`at${age}.js`]: '1' });
      repository.commit(`Add at ${age}`, age);
    }
    expect((await changes(repository.path, { reviewed })).present).toEqual(['at80.js', 'at90.js']);
    const foreign = '0123456789012345678901234567890123456789';
    expect((await changes(repository.path, { reviewed: foreign })).present).toEqual(['at80.js']);
  });

  it('are all files before the first commit', async () => {
    const repository = scratchRepository({ 'a.js': '1' });
    expect((await changes(repository.path)).present).toEqual(['.gitignore', 'a.js']);
  });

  it('are all files in a shallow clone that lacks the commit to compare with, and that is said', async () => {
    const repository = scratchRepository({ 'a.js': '1' });
    repository.commit('Start', 50);
    repository.write({ 'b.js': '1' });
    repository.commit('Add b');
    const clone = mkdtempSync(join(tmpdir(), 'nightshift-clone-'));
    onTestFinished(() => rmSync(clone, { recursive: true }));
    execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository.path}`, clone]);
    const { present, limits } = await changes(clone);
    expect(present).toEqual(['.gitignore', 'a.js', 'b.js']);
    expect(limits[0]?.why).toContain('shallow');
  });

  it('are below the directory that is examined, and named from it', async () => {
    const repository = scratchRepository({ 'a.js': '1', 'packages/one/b.js': '1' });
    repository.commit('Start');
    expect((await changes(join(repository.path, 'packages/one'))).present).toEqual(['b.js']);
  });

  it('are compared with a named base, which must exist', async () => {
    const repository = scratchRepository({ 'a.js': '1' });
    repository.commit('Start', 100);
    repository.git('tag', 'v1');
    repository.write({ 'b.js': '1' });
    repository.commit('Add b', 99);
    expect((await changes(repository.path, { base: 'v1' })).present).toEqual(['b.js']);
    await expect(changes(repository.path, { base: '--output=x' })).rejects.toThrow('--base: expected');
  });
});
