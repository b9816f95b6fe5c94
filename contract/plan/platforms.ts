import { ownValue } from '../ownValue.ts';
import { suggest } from '../text/suggest.ts';

/** The systems that Node.js names (`process.platform`). */
const platforms = [
  'aix',
  'android',
  'cygwin',
  'darwin',
  'freebsd',
  'haiku',
  'linux',
  'netbsd',
  'openbsd',
  'sunos',
  'win32',
];

const otherNames: Record<string, string> = {
  windows: 'win32',
  win: 'win32',
  win64: 'win32',
  mac: 'darwin',
  macos: 'darwin',
  osx: 'darwin',
  apple: 'darwin',
  ubuntu: 'linux',
  debian: 'linux',
};

/** Says what is wrong with the name of a platform, and what to write instead; undefined when nothing is. */
export function faultOfPlatform(name: string): string | undefined {
  if (platforms.includes(name)) return undefined;
  const meant = ownValue(otherNames, name.toLowerCase()) ?? suggest(name, platforms);
  const wanted = meant === undefined ? `one of ${platforms.join(', ')}` : `"${meant}", as Node.js names it`;
  return `expected ${wanted}, got "${name}"`;
}
