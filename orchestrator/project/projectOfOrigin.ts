import { projectPattern } from '../../contract/projectName.ts';
import { repositoryOf } from '../../contract/pullLinks.ts';

/**
 * Names the project by the address of its remote, in small letters: `acme/site` of `git@github.com:acme/site.git`; the
 * whole path where it has more parts, and the last two of a directory. Undefined where it has no such name.
 */
export function projectOfOrigin(address: string): string | undefined {
  const repository = repositoryOf(address);
  const name = repository ? `${repository.owner}/${repository.repo}` : pathOf(address);
  const project = name.toLowerCase();
  return projectPattern.test(project) ? project : undefined;
}

function pathOf(address: string): string {
  const isLocal = !/^[a-z][\w+.-]*:\/\/[^/]/i.test(address) && !/^[^/]+:/.test(address);
  const path =
    isLocal || !URL.canParse(address) ? address.slice(address.indexOf(':') + 1) : new URL(address).pathname;
  const parts = path.split(/[/\\]/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const last = parts.pop()?.replace(/\.git$/, '') ?? '';
  const all = [...parts, last];
  return (isLocal || address.startsWith('file:') ? all.slice(-2) : all).join('/');
}
