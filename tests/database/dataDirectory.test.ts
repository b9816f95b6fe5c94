import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirectoryError, secureDataDirectory } from '../../prisma/database/dataDirectory.ts';
import { tempDir } from '../support/tempDir.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

/** Makes a directory of this mode with these files in it. */
function directoryOf(mode: number, files: string[] = []): string {
  const path = join(tempDir(), 'data');
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), '');
  chmodSync(path, mode);
  return path;
}

describe('The data directory', () => {
  it('is made for its owner alone, the directories above it as usual', () => {
    const path = join(tempDir(), 'above', 'data');
    secureDataDirectory(path);
    expect(modeOf(path)).toBe('700');
    expect(modeOf(join(path, '..'))).not.toBe('700');
  });

  it.each([0o755, 0o777, 0o750, 0o701, 0o2775])('is closed where its mode is %o', (mode) => {
    const [empty, used] = [directoryOf(mode), directoryOf(mode, ['nightshift.lock', 'other'])];
    secureDataDirectory(empty);
    secureDataDirectory(used);
    expect([empty, used].map((path) => statSync(path).mode & 0o077)).toEqual([0, 0]);
  });

  it('is refused, and left as it is, where others use it for something else', () => {
    const path = directoryOf(0o1777, ['something']);
    expect(() => secureDataDirectory(path)).toThrow(DataDirectoryError);
    expect(() => secureDataDirectory(path)).toThrow(/open to others \(its mode is 1777\).*NIGHTSHIFT_DATA/s);
    expect(modeOf(path)).toBe('1777');
  });

  it('stays what it is where nobody else can read it', () => {
    const path = directoryOf(0o700, ['something']);
    secureDataDirectory(path);
    expect(modeOf(path)).toBe('700');
  });
});
