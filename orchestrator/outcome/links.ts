import { trimEndOf } from '../../contract/trimCharacters.ts';

/** Which of a step's links may be what it made. */
export interface LinkRules {
  /** The repository of the step (`owner/name`), where one is known. */
  own?: string | undefined;
  /** Whether the step names it: then pull requests of others are not what it made. */
  isNamed?: boolean;
  /** Hosts that are GitHub: `github.com` and, when configured, an Enterprise host. */
  githubHosts: readonly string[];
}

/** Says whether a text can be a task's link: http(s), at most 512 characters, nothing that a page could run. */
export function isUsableLink(text: string): boolean {
  if (text.length > 512 || /[\s<>"\\\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  return /^https?:$/.test(new URL(text).protocol);
}

/** Says whether a link leads to a pull request at all, on whatever host. */
export function isPullRequest(link: string): boolean {
  return link.includes('/pull/');
}

/** Says whether a link leads to a pull request of a repository (`owner/name`), on whatever host. */
export function isOfRepository(link: string, repository: string | undefined): boolean {
  if (repository === undefined) return false;
  const [owner = '', name = ''] = repository.toLowerCase().split('/');
  const [, first, second] = new URL(link).pathname.toLowerCase().split('/');
  return first === owner && second?.replace(/\.git$/, '') === name;
}

/** A link that a line of output holds, and what it may be. */
export interface FoundLink {
  kind: 'own' | 'other' | 'artifact';
  link: string;
}

/**
 * Finds the links of a line that may be what a step made: pull requests on GitHub, and of the step's own repository on any
 * host, as the page of the pull request itself; and artifacts.
 */
export function findLinks(line: string, rules: LinkRules): FoundLink[] {
  const found: FoundLink[] = [];
  for (const [match] of line.matchAll(/https?:\/\/[^\s<>"'`\\\p{Cc}]+/giu)) {
    // Longer than any usable link with all the punctuation around it.
    if (match.length > 1024) continue;
    const link = trimEndOf(match, '.,;:!?)]}*_');
    if (!isUsableLink(link)) continue;
    const { host, origin, pathname } = new URL(link);
    const pull = /^\/[\w.-]+\/[\w.-]+\/pull\/\d+(?=\/|$)/.exec(pathname)?.[0];
    const isOwn = pull !== undefined && isOfRepository(link, rules.own);
    const isGithub = rules.githubHosts.includes(host.toLowerCase().replace(/\.$/, ''));
    // Its tabs and anchors are no part of it.
    if (isOwn) found.push({ kind: 'own', link: origin + pull });
    else if (pull !== undefined && isGithub) {
      if (!rules.isNamed) found.push({ kind: 'other', link: origin + pull });
    } else if (/\/artifacts\/./.test(pathname)) found.push({ kind: 'artifact', link });
  }
  return found;
}

/** Lists the hosts that are GitHub for an API address such as `https://github.example.com/api/v3`. */
export function githubHosts(...addresses: readonly (string | undefined)[]): string[] {
  const hosts = addresses.flatMap((address) =>
    address !== undefined && URL.canParse(address) ? [webHostOf(new URL(address).host.toLowerCase())] : [],
  );
  return [...new Set(['github.com', ...hosts])];
}

/** People open pull requests of `api.github.com` at `github.com`; an Enterprise server has one name for both. */
function webHostOf(host: string): string {
  return host === 'api.github.com' || (host.startsWith('api.') && host.endsWith('.ghe.com'))
    ? host.slice(4)
    : host;
}
