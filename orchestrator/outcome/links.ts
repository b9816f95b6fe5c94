import { maxLinkLength } from '../../contract/input/link.ts';
import { addressesIn, pullAtStart } from '../../contract/pulls/findPulls.ts';
import { pullOfLink, webHostOf } from '../../contract/pulls/pullLinks.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { toWebLink } from '../../contract/urls/webLink.ts';

/** Which of a step's links may be what it made. */
export interface LinkRules {
  /** The repository of the step (`owner/name`), where one is known. */
  own?: string | undefined;
  /** Whether the step names it: then pull requests of others are not what it made. */
  isNamed?: boolean;
  /** Hosts that are GitHub: `github.com` and, when configured, an Enterprise host. */
  githubHosts: readonly string[];
}

/** Makes a task's link of a text, with what no address may hold percent-encoded; undefined where it can be none. */
export function usableLink(text: string): string | undefined {
  if (isUsableLink(text)) return text;
  const encoded = toWebLink(text.trim());
  return encoded !== undefined && isUsableLink(encoded) ? encoded : undefined;
}

/** Says whether a text can be a task's link: http(s), not too long, nothing that a page could run. */
function isUsableLink(text: string): boolean {
  if (text.length > maxLinkLength || /[\s<>"\\\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  return /^https?:$/.test(new URL(text).protocol);
}

/** Says whether a link leads to a pull request of a repository (`owner/name`), on whatever host. */
export function isOfRepository(link: string, repository: string | undefined): boolean {
  const pull = pullOfLink(link);
  if (pull === undefined || repository === undefined) return false;
  return `${pull.owner}/${pull.repo}`.toLowerCase() === repository.toLowerCase().replace(/\.git$/, '');
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
  return addressesIn(line).flatMap((address): FoundLink[] => {
    const link = pullAtStart(address);
    if (link === undefined) return artifactAtStart(address);
    if (isOfRepository(link, rules.own)) return [{ kind: 'own', link }];
    const isGithub = rules.githubHosts.includes(pullOfLink(link)?.host ?? '');
    return isGithub && !rules.isNamed ? [{ kind: 'other', link }] : [];
  });
}

function artifactAtStart(address: string): FoundLink[] {
  const [written = ''] = /^[^\s<>"'`\\\p{Cc}]+/u.exec(address) ?? [];
  // Longer than any usable link with all the punctuation around it.
  if (written.length > 1024) return [];
  const link = trimEndOf(written, '.,;:!?()[]{}|*_');
  if (!isUsableLink(link) || !/\/artifacts\/./.test(new URL(link).pathname)) return [];
  return [{ kind: 'artifact', link }];
}

/** Lists the hosts that are GitHub for an API address such as `https://github.example.com/api/v3`. */
export function githubHosts(...addresses: readonly (string | undefined)[]): string[] {
  const hosts = addresses.flatMap((address) =>
    address !== undefined && URL.canParse(address) ? [webHostOf(address)] : [],
  );
  return [...new Set(['github.com', ...hosts])];
}
