import { projectPattern } from '../../contract/projectName.ts';
import { repositoryOf } from '../../contract/pulls/pullLinks.ts';

/**
 * Names the project by the address of its remote, in small letters: `acme/site` of `git@github.com:acme/site.git`; the
 * whole path where it has more parts, and the last two of a directory. Undefined where it has no such name. Where the
 * address is a directory of this machine, the name is a guess: a copy of the repository may stand anywhere.
 */
export function projectOfOrigin(
  address: string,
): { project: string; from: 'origin' | 'directory' } | undefined {
  const isDirectory = isLocal(address);
  const repository = isDirectory ? undefined : repositoryOf(address);
  const name = repository ? `${repository.owner}/${repository.repo}` : pathOf(address, isDirectory);
  const project = name.toLowerCase();
  return projectPattern.test(project) ? { project, from: isDirectory ? 'directory' : 'origin' } : undefined;
}

/** Says whether git reads the address from a directory: a path, or a `file:` address. */
function isLocal(address: string): boolean {
  return /^file:/i.test(address) || !/^[^/\\]{2,}:/.test(address);
}

function pathOf(address: string, isDirectory: boolean): string {
  const path =
    isDirectory || !URL.canParse(address)
      ? address.slice(address.indexOf(':') + 1)
      : new URL(address).pathname;
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const last = parts.pop()?.replace(/\.git$/, '') ?? '';
  const all = [...parts, last];
  return (isDirectory ? all.slice(-2) : all).join('/');
}
