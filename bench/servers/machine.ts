import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The machine's key of all servers of a bench run, for its callers and workers. */
export const apiKey = randomBytes(32).toString('base64url');

let directory: string | undefined;

/** Variables by which servers have that key and leave nothing elsewhere; what they write goes away with this process. */
export function machineVariables(): { NIGHTSHIFT_DATA: string; NIGHTSHIFT_KEY_FILE: string } {
  if (directory === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'nightshift-bench-machine-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    writeFileSync(join(made, 'key'), apiKey, { mode: 0o600 });
    directory = made;
  }
  return { NIGHTSHIFT_DATA: directory, NIGHTSHIFT_KEY_FILE: join(directory, 'key') };
}
