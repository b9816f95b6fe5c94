import { repositoryOf, repositoryPattern } from '../../contract/pulls/pullLinks.ts';
import { tryGit } from '../repository/git.ts';

/** The repository on a server that speaks GitHub's API. */
export interface Repo {
  owner: string;
  name: string;
}

/** Reads `owner/name` out of the address of a remote, in any form that git takes; undefined for a local path. */
export function repoOfRemote(address: string): Repo | undefined {
  const found = repositoryOf(address);
  return found && { owner: found.owner, name: found.repo };
}

/** Reads `owner/name`; undefined when a text is something else. */
export function parseRepo(text: string): Repo | undefined {
  const [owner = '', name = ''] = repositoryPattern.test(text) ? text.split('/') : [];
  return owner === '' ? undefined : { owner, name };
}

/** Gives the address of the remote `origin`, or undefined. */
export function readOrigin(cwd: string): Promise<string | undefined> {
  return tryGit(cwd, ['remote', 'get-url', 'origin']);
}

/** Takes passwords and tokens out of a text in which git names addresses. */
export function hideCredentials(text: string): string {
  return text.replace(/(\/\/)[^@/\s]+@/g, '$1***@');
}
