import { trimEndOf } from '../../contract/trimCharacters.ts';

/** Where a step's links may lead. */
export interface LinkRules {
  /** Only pull requests of this repository (`owner/name`) count. */
  repo?: string | undefined;
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

/** Says whether a link may count as the step's output: with `repo` set, a pull request of another one may not. */
export function isOwnLink(link: string, { repo }: LinkRules): boolean {
  if (repo === undefined || !isPullRequest(link)) return true;
  const path = new URL(link).pathname.toLowerCase();
  return path.startsWith(`/${repo.toLowerCase()}/pull/`);
}

/** Finds the last GitHub pull request, else the last artifact, that a line of output links to. */
export function findLinks(line: string, rules: LinkRules): { pullRequest?: string; artifact?: string } {
  const found: { pullRequest?: string; artifact?: string } = {};
  for (const [match] of line.matchAll(/https?:\/\/[^\s<>"'`\\\p{Cc}]+/giu)) {
    // Longer than any usable link with all the punctuation around it.
    if (match.length > 1024) continue;
    const link = trimEndOf(match, '.,;:!?)]}*_');
    if (!isUsableLink(link)) continue;
    const { host, origin, pathname } = new URL(link);
    const pull = /^\/[\w.-]+\/[\w.-]+\/pull\/\d+(?=\/|$)/.exec(pathname)?.[0];
    if (pull !== undefined && rules.githubHosts.includes(host.toLowerCase())) {
      // The page of the pull request itself, without its tabs and anchors.
      if (isOwnLink(link, rules)) found.pullRequest = origin + pull;
    } else if (/\/artifacts\/./.test(pathname)) {
      found.artifact = link;
    }
  }
  return found;
}

/** Lists the hosts that are GitHub for an API address such as `https://github.example.com/api/v3`. */
export function githubHosts(...addresses: readonly (string | undefined)[]): string[] {
  const hosts = addresses.flatMap((address) =>
    address !== undefined && URL.canParse(address)
      ? [new URL(address).host.toLowerCase().replace(/^api\.(?=github\.com$|.*\.ghe\.com$)/, '')]
      : [],
  );
  return [...new Set(['github.com', ...hosts])];
}
