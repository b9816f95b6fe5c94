import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { minKeyLength } from '../settings/settings.ts';

/** The file of the machine's key cannot be used; the message says what to do. */
export class MachineKeyError extends Error {
  override readonly name = 'MachineKeyError';
}

/** Makes a key that nobody can guess. */
export function createKey(): string {
  return `nsm_${randomBytes(32).toString('base64url')}`;
}

/**
 * Reads the machine's key, or makes it at the first start; of several starts at once one makes it. Whoever may read the
 * file is trusted with every decision, so it is its owner's alone.
 * @throws MachineKeyError when others can read it or it holds no key, and what the file system throws
 */
export function openMachineKey(file: string): string {
  return readMachineKey(file) ?? makeMachineKey(file);
}

function readMachineKey(file: string): string | undefined {
  let key: string;
  try {
    key = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EISDIR') throw error;
    throw new MachineKeyError(
      `${file} is a directory, but the machine's key must be a file. Move the directory away and restart to create a new key, or set NIGHTSHIFT_KEY_FILE to another file.`,
    );
  }
  close(file);
  if (key.length >= minKeyLength && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new MachineKeyError(
    `The file ${file} has no valid key: expected one line of at least ${minKeyLength} printable characters without spaces. Delete it and restart to create a new key.`,
  );
}

/** The file appears with its whole content or not at all, whoever looks meanwhile. */
function makeMachineKey(file: string): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = createKey();
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
  try {
    writeFileSync(draft, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, file);
    return key;
  } catch (error) {
    const made = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readMachineKey(file) : undefined;
    if (made === undefined) throw error;
    return made;
  } finally {
    rmSync(draft, { force: true });
  }
}

function close(file: string): void {
  if (process.platform === 'win32' || !isOpen(file)) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // Refused below.
  }
  if (!isOpen(file)) return;
  throw new MachineKeyError(
    `Other users can read the file ${file} and could decide with its key. As its owner, run: chmod 600 ${file}`,
  );
}

function isOpen(file: string): boolean {
  return (statSync(file).mode & 0o077) !== 0;
}
