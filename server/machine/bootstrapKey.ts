import { closeSync, fchmodSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { isKeyText, makeKeyText } from '../../contract/keyText.ts';
import { isClosed } from '../../domain/access/closed.ts';
import { type CreateKeyInput, createKeyInput } from '../../domain/access/keyInput.ts';
import { createKey, type KeyStore, type MadeKey } from '../../domain/access/keys.ts';
import { revokeKey } from '../../domain/access/revokeKey.ts';
import type { Viewer } from '../../domain/input/viewer.ts';
import type { Logger } from '../log.ts';

/** The file for the first key cannot be used; the message says what to do. */
export class BootstrapKeyError extends Error {
  override readonly name = 'BootstrapKeyError';
}

/** Whoever may write the database may make a key, and an admin; the record says so. */
export const bootstrap: Viewer = {
  id: 'bootstrap',
  kind: 'shared',
  scopes: new Set(['admin']),
  identified: true,
  proof: 'server',
};

/** Makes a key for whoever may write the database, whether or not somebody can still come in. @throws InvalidInputError */
export function createFirstKey(store: KeyStore, input: CreateKeyInput, secret?: string): Promise<MadeKey> {
  return createKey(store, bootstrap, input, 'cli', secret);
}

/**
 * Gives a database that never had a key its first one, with the admin scope: the one that the file holds, else a new one
 * that is written there. Of several servers one does it.
 * @throws BootstrapKeyError
 */
export async function bootstrapKeyOf(
  store: KeyStore,
  file: string,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  if (await isClosed(store.db)) return;
  const given = read(file);
  if (given === undefined) requireWritable(file);
  const secret = given ?? makeKeyText();
  const input = createKeyInput.parse({ name: 'bootstrap', scopes: ['admin'] });
  let made: MadeKey;
  try {
    made = await createFirstKey(store, input, secret);
  } catch (error) {
    if (await isClosed(store.db)) return;
    throw error;
  }
  const { prefix, expiresAt } = made.key;
  try {
    if (given === undefined) writeFileSync(file, `${secret}\n`, { mode: 0o600, flush: true });
  } catch (error) {
    await revokeKey(store, bootstrap, { key: prefix }, 'cli');
    throw new BootstrapKeyError(
      `NIGHTSHIFT_BOOTSTRAP_KEY_FILE: the first key could not be written to ${file} (${codeOf(error)}), so it was revoked. From now on every caller needs a key. Make one with: nightshift keys create --bootstrap`,
    );
  }
  log.info(
    `Created the first key, ${prefix}…, with the admin scope. It is in ${file} and expires at ${expiresAt}.`,
  );
}

/** Before there is a key, from which there is no way back. */
function requireWritable(file: string): void {
  try {
    const descriptor = openSync(file, 'a', 0o600);
    try {
      // One that was there already may have been open to others.
      fchmodSync(descriptor, 0o600);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw new BootstrapKeyError(
      `NIGHTSHIFT_BOOTSTRAP_KEY_FILE: the first key cannot be written to ${file} (${codeOf(error)}). Let the server write there, or write a key there that "nightshift keys generate" printed.`,
    );
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

function read(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    throw new BootstrapKeyError(`NIGHTSHIFT_BOOTSTRAP_KEY_FILE: ${file} cannot be read (${code}).`);
  }
  if (text === '') return undefined;
  if (isKeyText(text)) return text;
  throw new BootstrapKeyError(
    `NIGHTSHIFT_BOOTSTRAP_KEY_FILE: expected a key as "nightshift keys generate" prints it in ${file}, got something else. Write such a key there, or empty the file to get one.`,
  );
}
