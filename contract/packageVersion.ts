import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of this package, which server, worker and command line have together. */
export function packageVersion(): string {
  known ??= (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageFile)
    .version;
  return known;
}

interface PackageFile {
  version: string;
}

/** Says whether a version comes before another: by its three numbers, and a pre-release before its release. */
export function isOlderVersion(version: string, than: string): boolean {
  const [one, other] = [partsOf(version), partsOf(than)];
  if (one === undefined || other === undefined) return false;
  const differs = [0, 1, 2].find((place) => one.numbers[place] !== other.numbers[place]);
  if (differs !== undefined) return (one.numbers[differs] ?? 0) < (other.numbers[differs] ?? 0);
  return one.isEarly && !other.isEarly;
}

function partsOf(version: string): { numbers: number[]; isEarly: boolean } | undefined {
  const found = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-)?/.exec(version);
  if (found === null) return undefined;
  return { numbers: found.slice(1, 4).map(Number), isEarly: found[4] !== undefined };
}
