import { readFileSync } from 'node:fs';

/** Reads the machine's key, which a server of this user made; nothing where there is none or it is another user's. */
export function readKeyFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
