import { nameOf, type Repository } from './pullLinks.ts';

/** What a server knows of GitHub, so that it can tell whose word counts. */
export interface GithubRules {
  /** The hosts on which its pull requests are; where a repository is named without one, the first is meant. */
  hosts: readonly string[];
  /** The repositories in which GitHub may decide: `host/owner/repo` in lower case, or `host/owner/*`. @default [] any */
  repositories: readonly string[];
}

/** A server that was told nothing else knows github.com. */
export const defaultRules: GithubRules = { hosts: ['github.com'], repositories: [] };

/** Says whether a repository is one of those that the server lists. */
export function isListed({ repositories }: GithubRules, repository: Repository): boolean {
  const name = nameOf(repository);
  return repositories.includes(name) || repositories.includes(`${name.slice(0, name.lastIndexOf('/'))}/*`);
}

/** Says whether two repositories are the same one. */
export function isSameRepository(one: Repository, other: Repository): boolean {
  return nameOf(one) === nameOf(other);
}
