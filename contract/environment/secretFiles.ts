import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ownValue } from '../ownValue.ts';
import { decodeText } from '../text/decodeText.ts';
import { ConfigError, type Variables } from './environment.ts';
import { secretVariables } from './secretVariables.ts';

/** A file of a secret that cannot be used; the message names the variable and never a secret. */
export class SecretFileError extends ConfigError {}

/**
 * Adds the secrets that stand in files: `API_KEY_FILE` names the file of `API_KEY`, and a file `API_KEY` in the
 * directory that systemd names by `CREDENTIALS_DIRECTORY` is taken where neither variable is set. One line end at the
 * end of a file is not part of the secret.
 * @throws SecretFileError for a file that cannot be read, and where both variables are set
 */
export function withSecretFiles(
  variables: Variables,
  directory: string,
  names: readonly string[] = secretVariables,
): Variables {
  const found = names.map((name) => [name, readSecret(name, variables, directory)] as const);
  return { ...variables, ...Object.fromEntries(found.filter(([, secret]) => secret !== undefined)) };
}

/** Puts the environment over what `.env` has; a secret of the one takes the place of the other's file, and so on. */
export function overEnvFile(envFile: Variables, environment: Variables): Variables {
  const hidden = secretVariables.flatMap((name) => [
    ...(isSet(environment[name]) ? [`${name}_FILE`] : []),
    ...(isSet(environment[`${name}_FILE`]) ? [name] : []),
  ]);
  const below = Object.entries(envFile).filter(([name]) => !hidden.includes(name));
  return { ...Object.fromEntries(below), ...environment };
}

/** The file that a variable names for a secret; undefined where none does. */
export function secretPath(name: string, variables: Variables, directory: string): string | undefined {
  const file = ownValue(variables, `${name}_FILE`);
  return isSet(file) ? resolve(directory, file) : undefined;
}

/** Lists the files of secrets and systemd's directory of them, as far as variables name them. */
export function secretPaths(variables: Variables, directory: string): string[] {
  const files = secretVariables.map((name) => ownValue(variables, `${name}_FILE`));
  return [...files, variables.CREDENTIALS_DIRECTORY]
    .filter((path): path is string => isSet(path))
    .map((path) => resolve(directory, path));
}

function readSecret(name: string, variables: Variables, directory: string): string | undefined {
  const file = ownValue(variables, `${name}_FILE`);
  if (isSet(ownValue(variables, name))) {
    if (!isSet(file)) return undefined;
    throw new SecretFileError(
      `${name}_FILE: expected no file while ${name} is set, got ${JSON.stringify(file)}. Unset one of the two.`,
    );
  }
  if (isSet(file)) return readFile(`${name}_FILE`, resolve(directory, file));
  const credentials = variables.CREDENTIALS_DIRECTORY;
  return isSet(credentials) ? readCredential(name, credentials) : undefined;
}

function readCredential(name: string, directory: string): string | undefined {
  try {
    return readFile('CREDENTIALS_DIRECTORY', join(directory, name));
  } catch (error) {
    if (isMissing((error as Error).cause)) return undefined;
    throw error;
  }
}

function readFile(variable: string, path: string): string {
  let text: string;
  try {
    text = decodeText(readFileSync(path)).replace(/\r?\n$/, '');
  } catch (error) {
    const why = isMissing(error)
      ? 'which does not exist'
      : `which cannot be read: ${(error as Error).message}`;
    const message = `${variable}: expected a file with a secret, got ${JSON.stringify(path)}, ${why}.`;
    throw new SecretFileError(message, { cause: error });
  }
  if (isSet(text)) return text;
  throw new SecretFileError(
    `${variable}: expected a file with a secret, got ${JSON.stringify(path)}, which is empty.`,
  );
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}
