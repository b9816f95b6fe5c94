import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a directory for the files of one part of the bench; it goes away with this process, however that ends. */
export function temporaryDirectory(part: string): string {
  const directory = mkdtempSync(join(tmpdir(), `nightshift-bench-${part}-`));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}
