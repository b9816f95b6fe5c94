import { describe, expect, it } from 'vitest';
import { hideCredentials, parseRepo, repoOfRemote } from '../../../runners/pullRequest/remote.ts';

const light = { owner: 'isle', name: 'light.house' };

describe('The address of a remote', () => {
  it.each([
    'https://github.com/isle/light.house.git',
    'https://github.com/isle/light.house',
    'https://ruth:secret@github.example:8443/isle/light.house.git/',
    'git@github.com:isle/light.house.git',
    'github.com:isle/light.house',
    'ssh://git@github.com:22/isle/light.house.git',
  ])('names the repository: %s', (address) => {
    expect(repoOfRemote(address)).toEqual(light);
  });

  it.each(['/srv/git/light.git', '../light.git', 'file:///srv/git/light.git', 'C:\\light', ''])(
    'names none when it is a path: %s',
    (address) => {
      expect(repoOfRemote(address)).toBeUndefined();
    },
  );

  it('is taken by hand as owner/name and nothing else', () => {
    expect(parseRepo('isle/light.house')).toEqual(light);
    for (const wrong of ['light', 'a/b/c', 'a/ b', '/b']) expect(parseRepo(wrong)).toBeUndefined();
  });

  it('is shown without its password', () => {
    expect(hideCredentials("fatal: 'https://ruth:secret@a.example/b' said no")).toBe(
      "fatal: 'https://***@a.example/b' said no",
    );
  });
});
