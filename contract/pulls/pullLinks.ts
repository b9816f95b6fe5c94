/** Which repository, on which server. */
export interface Repository {
  /** Where people open it, with the port if it has one, e.g. `github.com`. */
  host: string;
  owner: string;
  repo: string;
}

/** How the name of a repository looks where no host stands before it: `acme/site`. */
export const repositoryPattern = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;

/** Which pull request. */
export interface PullKey extends Repository {
  number: number;
}

/**
 * Reads which pull request a link leads to; undefined where it leads elsewhere. However a link is written, the same pull
 * request gives the same key: user info, the usual port, dots behind the host, `.git`, needless percent-encoding and what
 * follows the number do not count.
 */
export function pullOfLink(link: string): PullKey | undefined {
  const text = decodePlain(link);
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const [, owner, repo, number] =
    /^\/([^/]+)\/([^/]+)\/pull\/([1-9]\d{0,8})(?:\/.*)?$/.exec(url.pathname) ?? [];
  const repository = toRepository(hostOf(url), owner, repo);
  return repository && { ...repository, number: Number(number) };
}

/**
 * Reads which repository the address of a git remote means, in any form that git takes, or one written by hand as
 * `github.com/acme/site`; undefined for a local path.
 */
export function repositoryOf(address: string): Repository | undefined {
  const text = address.trim();
  if (text.length > 1024 || /[\s\\%]/.test(text)) return undefined;
  if (/^https?:\/\//i.test(text)) {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    return fromPath(hostOf(url), url.pathname);
  }
  // Before the form of scp, whose path would begin with the port of a host that has one.
  const [written = '', ...names] = text.split('/');
  if (written.includes('.') && /^[^@:]+(?::\d{1,5})?$/.test(written) && names.length === 2)
    return toRepository(written, ...names);
  const scheme = /^(?:ssh|git|git\+ssh):\/\//i.exec(text)?.[0];
  const [place, path] = scheme === undefined ? cutAt(text, ':') : cutAt(text.slice(scheme.length), '/');
  // The port of SSH says nothing of where people open the repository.
  const host = hostOfPlace(scheme === undefined ? place : place.replace(/:\d*$/, ''));
  if (host === undefined || path === '') return undefined;
  // One letter before a colon is a drive, and two slashes after it are another scheme.
  if (scheme === undefined && (host.length < 2 || path.startsWith('//'))) return undefined;
  return fromPath(host, path);
}

/** The text before the first of a sign, and the text after it; empty where it is missing. */
function cutAt(text: string, sign: string): [before: string, after: string] {
  const at = text.indexOf(sign);
  return at === -1 ? ['', ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The host of `host` or `user@host`. */
function hostOfPlace(place: string): string | undefined {
  const names = place.split('@');
  const host = names.at(-1) ?? '';
  return names.length > 2 || host === '' || host.includes(':') || place.includes('/') ? undefined : host;
}

/** Writes a repository as it is compared: `github.com/acme/site`, in lower case. */
export function nameOf({ host, owner, repo }: Repository): string {
  return `${host}/${owner}/${repo}`.toLowerCase();
}

/** Writes a link to a pull request in the one form in which it is kept; undefined where it leads elsewhere. */
export function canonicalLink(link: string): string | undefined {
  const pull = pullOfLink(link);
  if (pull === undefined) return undefined;
  const { host, owner, repo, number } = pull;
  return `${link.slice(0, link.indexOf(':')).toLowerCase()}://${host}/${owner}/${repo}/pull/${number}`;
}

/** Says whether a link leads to a pull request at all, on whatever host, also where nobody can say to which. */
export function isPullRequest(link: string): boolean {
  return decodePlain(link).includes('/pull/');
}

/** Where people open pull requests of an address of GitHub or of its API: `github.com` for `https://api.github.com`. */
export function webHostOf(address: string): string {
  return aliasOf(hostOf(new URL(address)).replace(/^api\.(?=github\.com$|[^.]+\.ghe\.com$)/, ''));
}

/** The address of the GitHub whose API this is, e.g. `https://github.com`. */
export function githubAddressOf(apiUrl: string): string {
  return `${new URL(apiUrl).protocol}//${webHostOf(apiUrl)}`;
}

/** Writes characters plainly that no address needs percent-encoded (RFC 3986, 2.3); it means the same. */
export function decodePlain(link: string): string {
  return link.replace(/%[2-7][0-9a-f]/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : code;
  });
}

function hostOf({ hostname, port }: URL): string {
  return `${withoutEndDots(hostname)}${port === '' ? '' : `:${port}`}`;
}

function fromPath(host: string, path: string): Repository | undefined {
  const [owner, repo, ...rest] = path.split('/').filter((part) => part !== '');
  return rest.length > 0 ? undefined : toRepository(host, owner, repo);
}

/** Names that no column would hold, or that lead elsewhere, are those of no repository. */
function toRepository(host: string, owner = '', repo = ''): Repository | undefined {
  const bare = withoutGit(repo);
  const isHost = /^[a-z0-9][a-z0-9.-]{0,239}(:\d{1,5})?$/i.test(host);
  if (!isHost || ![owner, bare].every((name) => /^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^\.+$/.test(name)))
    return undefined;
  return { host: aliasOf(withoutEndDots(host.toLowerCase())), owner, repo: bare };
}

/** GitHub's other names for itself: `ssh.github.com` is where it takes SSH on port 443. */
function aliasOf(host: string): string {
  return host.replace(/^(?:www|ssh)\.(?=github\.com(?::|$))/, '');
}

/** The name without `.git` at its end, however often: what is left is read the same again. */
function withoutGit(name: string): string {
  let end = name.length;
  while (name.slice(Math.max(0, end - 4), end).toLowerCase() === '.git') end -= 4;
  return name.slice(0, end);
}

/** A name of a host may end with the dot of the root. */
function withoutEndDots(host: string): string {
  let end = host.length;
  while (host[end - 1] === '.') end -= 1;
  return host.slice(0, end);
}
