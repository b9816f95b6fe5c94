import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../data/temporary.ts';

/** The machine's key of all servers of a bench run, for its callers and workers. */
export const apiKey = randomBytes(32).toString('base64url');

let directory: string | undefined;

/** Variables by which servers have that key and leave nothing elsewhere. */
export function machineVariables(): { NIGHTSHIFT_DATA: string; NIGHTSHIFT_KEY_FILE: string } {
  if (directory === undefined) {
    directory = temporaryDirectory('machine');
    writeFileSync(join(directory, 'key'), apiKey, { mode: 0o600 });
  }
  return { NIGHTSHIFT_DATA: directory, NIGHTSHIFT_KEY_FILE: join(directory, 'key') };
}
