import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../domain/access/grants.ts';

const all = ['read', 'report', 'work', 'operate'];

describe('Roles together', () => {
  it.each<[string[], string[], string[] | undefined]>([
    [[], [], undefined],
    [['viewer', 'approver'], ['read', 'approve'], undefined],
    [['operator@a'], all, ['a']],
    [['operator@a', 'operator@b', 'viewer'], all, ['a', 'b']],
    [['operator@a', 'approver@a'], [...all, 'approve'], ['a']],
    [['strange', 'admin@a', 'viewer'], ['read'], undefined],
  ])('%j allow %j in %j', (grants, scopes, projects) => {
    const access = accessOf(grants);
    expect([...access.scopes].sort()).toEqual([...scopes].sort());
    expect(access.bounds?.projects).toEqual(projects);
  });

  it.each([
    ['what one project alone has, in the other', ['operator@a', 'approver@b'], ['read'], ['a', 'b']],
    ['what a project has, on the whole server', ['approver', 'operator@a'], ['read', 'approve'], undefined],
  ])('never give %s', (_title, grants, scopes, projects) => {
    const access = accessOf(grants);
    expect([...access.scopes].sort()).toEqual([...scopes].sort());
    expect(access.bounds?.projects).toEqual(projects);
  });
});
