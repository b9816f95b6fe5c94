import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { ownValue } from '../ownValue.ts';
import { decodeText } from '../text/decodeText.ts';
import { ConfigError, type Variables } from './environment.ts';
import { isOwnVariable, knownVariables } from './knownVariables.ts';
import { overEnvFile, withSecretFiles } from './secretFiles.ts';
import { secretVariables } from './secretVariables.ts';

/** A file of variables that cannot be read, or that has some which are not read any more; the message never has a value. */
export class EnvFileError extends ConfigError {}

/** What the files of variables in a directory say, beside the environment. */
export interface EnvFiles {
  /** What counts of them. */
  variables: Variables;
  /** The names in `.env` that do not count, since any program may use them. */
  unread: Variables;
  /** Whether somebody has said where the variables of Nightshift are, so that nobody misses those of `.env`. */
  isSettled: boolean;
  /** Every file that may hold secrets. */
  paths: readonly string[];
}

/**
 * Reads the files of variables: `.env.nightshift`, and of `.env`, which other programs share, only names that begin with
 * `NIGHTSHIFT_`; or instead the one file that NIGHTSHIFT_ENV_FILE names in the environment. In a file a name may have
 * that beginning before it: `NIGHTSHIFT_DATABASE_URL` is `DATABASE_URL`. In the environment it may not, where a step
 * finds outputs under such names.
 * @throws EnvFileError when a file cannot be read
 */
export function readEnvFiles(directory: string, environment: Variables): EnvFiles {
  const only = ownValue(environment, envFileVariable)?.trim();
  const [shared, own] = ['.env', '.env.nightshift'].map((name) => resolve(directory, name));
  if (shared === undefined || own === undefined) throw new Error('There are two files.');
  if (only) {
    const path = resolve(directory, only);
    const variables = readFile(path);
    if (variables === undefined)
      throw new EnvFileError(
        `${envFileVariable}: expected a file of variables, got ${JSON.stringify(only)}, which does not exist.`,
      );
    return { variables: named(variables), unread: {}, isSettled: true, paths: [path, shared, own] };
  }
  const [every, ours] = [readFile(shared) ?? {}, readFile(own)];
  const entries = Object.entries(every);
  const prefixed = Object.fromEntries(entries.filter(([name]) => name.startsWith(prefix)));
  return {
    variables: { ...named(prefixed), ...named(ours ?? {}) },
    unread: Object.fromEntries(entries.filter(([name]) => !name.startsWith(prefix))),
    isSettled: ours !== undefined,
    paths: [shared, own],
  };
}

/**
 * Lays the environment over the files of variables in a directory, and adds the secrets that stand in files of their own.
 * @param secrets the secrets to look for. @default all of them
 * @throws EnvFileError, SecretFileError
 */
export function mergeVariables(
  files: EnvFiles,
  environment: Variables,
  directory: string,
  secrets?: readonly string[],
): Variables {
  return withSecretFiles(overEnvFile(files.variables, environment), directory, secrets);
}

/** Lists the variables that Nightshift would read and that are nowhere but in `.env`, under names that do not count there. */
export function lostVariables(
  { unread, variables, isSettled }: EnvFiles,
  environment: Variables,
  names: readonly string[] = knownVariables,
): string[] {
  if (isSettled) return [];
  const given = overEnvFile(variables, environment);
  return names.filter(
    (name) => isSet(unread, name) && !sourcesOf(name).some((source) => isSet(given, source)),
  );
}

/**
 * Refuses to go on without variables that nothing but Nightshift reads: with a key that was lost a server would be open.
 * @throws EnvFileError
 */
export function refuseLostVariables(files: EnvFiles, environment: Variables): void {
  const lost = lostVariables(files, environment).filter(isOwnVariable);
  if (lost.length > 0) throw new EnvFileError(lostMessage(lost));
}

/** What is said where variables of `.env` are missed, with what to do; `isAsked` says that the plan asks for them. */
export function lostMessage(names: readonly string[], { isAsked = false } = {}): string {
  const [first = ''] = names;
  return `.env has variables that Nightshift does not read from there: ${names.join(', ')}. Other programs use that file too, so Nightshift only reads names that begin with ${prefix} from it. Nothing was started. Do one of these:
  - Rename them in .env, such as ${prefix}${first}, or set them in .env.nightshift, from which every name is read. If another program reads them from .env too, keep its lines and add yours.
  - Set NIGHTSHIFT_ENV_FILE=.env in the environment to read all of .env.
${isAsked ? 'To go on without them' : 'If they belong to another program'}, create an empty file .env.nightshift.`;
}

/** What is said in one line where they may be another program's. */
export function unreadMessage(names: readonly string[]): string {
  return `Not read from .env: ${names.join(', ')}. Nightshift only reads names that begin with ${prefix} from there, and every name from .env.nightshift. To silence this warning, create that file, even empty.`;
}

const prefix = 'NIGHTSHIFT_';

/** The variable that names the one file to read; it counts in the environment alone. */
const envFileVariable = 'NIGHTSHIFT_ENV_FILE';

/** Names that are written with our beginning themselves. */
const wholeNames = new Set([
  'NIGHTSHIFT_DATA',
  'NIGHTSHIFT_KEY_FILE',
  'NIGHTSHIFT_BOOTSTRAP_KEY_FILE',
  'NIGHTSHIFT_PROJECT',
  envFileVariable,
  prefix,
]);

/** A name that begins with our own stands for the one behind it too, and goes before it. */
function named(variables: Variables): Variables {
  const entries = Object.entries(variables).filter(([name]) => name !== envFileVariable);
  const short = entries
    .filter(([name, value]) => name.startsWith(prefix) && !wholeNames.has(name) && value?.trim())
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return Object.fromEntries([...entries, ...short]);
}

/** Where a variable's value can come from: a secret's from a file of its own as well. */
function sourcesOf(name: string): string[] {
  const base = name.replace(/_FILE$/, '');
  return (secretVariables as readonly string[]).includes(base) ? [base, `${base}_FILE`] : [name];
}

function isSet(variables: Variables, name: string): boolean {
  return Boolean(ownValue(variables, name)?.trim());
}

function readFile(path: string): Variables | undefined {
  try {
    return parseEnv(decodeText(readFileSync(path)));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new EnvFileError(`The file ${path} cannot be read: ${message}`);
  }
}
