import { trimOf } from '../../contract/text/trimCharacters.ts';
import { tryGit } from '../repository/git.ts';

/** The repository on a server that speaks GitHub's API. */
export interface Repo {
  owner: string;
  name: string;
}

/** Reads `owner/name` out of the address of a remote, in any form that git takes; undefined for a local path. */
export function repoOfRemote(address: string): Repo | undefined {
  const path =
    /^(?:https?|ssh|git):\/\/[^/]+\/(.+)$/.exec(address)?.[1] ??
    /^(?:[^@/\s]+@)?[^:/\s]{2,}:(?!\/\/)(.+)$/.exec(address)?.[1];
  return path === undefined ? undefined : parseRepo(trimOf(path.replace(/\.git\/?$/, ''), '/'));
}

/** Reads `owner/name`; undefined when a text is something else. */
export function parseRepo(text: string): Repo | undefined {
  const match = /^([\w.-]+)\/([\w.-]+)$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { owner: match[1], name: match[2] };
}

/** Gives the address of the remote `origin`, or undefined. */
export function readOrigin(cwd: string): Promise<string | undefined> {
  return tryGit(cwd, ['remote', 'get-url', 'origin']);
}

/** Takes passwords and tokens out of a text in which git names addresses. */
export function hideCredentials(text: string): string {
  return text.replace(/(\/\/)[^@/\s]+@/g, '$1***@');
}
