import { execa } from 'execa';

/**
 * Reads where the checkout in a directory came from: the address of its remote `origin` without a password, and with the
 * host that SSH's own settings mean. Empty where there is none; undefined where it could not be read.
 */
export async function readOrigin(directory: string): Promise<string | undefined> {
  const options = { cwd: directory, reject: false, stdin: 'ignore', timeout: 10_000 } as const;
  const { stdout, exitCode } = await execa('git', ['remote', 'get-url', 'origin'], options);
  if (exitCode === undefined) return undefined;
  if (exitCode !== 0) return '';
  const address = stdout.trim().replace(/^(\w[\w+]*:\/\/)[^@/\s]*@/, '$1');
  const ssh = sshParts(address);
  if (ssh === undefined) return address;
  // A name of the user's own in ~/.ssh/config stands for another host.
  const settings = await execa('ssh', ['-G', '--', ssh.host], { ...options, timeout: 5000 });
  const host = /^hostname (\S+)$/m.exec(settings.exitCode === 0 ? settings.stdout : '')?.[1] ?? ssh.host;
  return `ssh://${host}/${ssh.path}`;
}

/** Makes a reader of origins that asks for each directory again after a minute: that takes two programs. */
export function createOriginReader(now: () => number): typeof readOrigin {
  const known = new Map<string, { readAt: number; origin: ReturnType<typeof readOrigin> }>();
  return (directory) => {
    const before = known.get(directory);
    if (before !== undefined && now() - before.readAt < 60_000) return before.origin;
    const origin = readOrigin(directory);
    known.set(directory, { readAt: now(), origin });
    return origin;
  };
}

/** Reads `owner/name`, the end of a remote's address. */
export function repoOfOrigin(address: string): string | undefined {
  const [owner, name] = address
    .split(/[/:]/)
    .filter((part) => part !== '')
    .slice(-2);
  return owner === undefined || name === undefined ? undefined : `${owner}/${name.replace(/\.git$/, '')}`;
}

/** The host and the path of an address that git opens by SSH, in either form. */
function sshParts(address: string): { host: string; path: string } | undefined {
  if (/^(?:git\+)?ssh:\/\/\w/.test(address)) {
    if (!URL.canParse(address)) return undefined;
    const { hostname, pathname } = new URL(address);
    return { host: hostname, path: pathname.slice(1) };
  }
  const [, host, path] = /^(?:[^/@:\s]+@)?(\w[\w.-]+):(?!\/\/)(.+)$/.exec(address) ?? [];
  return host === undefined || path === undefined ? undefined : { host, path };
}
