import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Variables that are not what they must be; the message has a line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads a file of variables; one that does not exist has none. @throws ConfigError */
export function readEnvFile(path: string): Record<string, string | undefined> {
  try {
    return withoutEmpty(parseEnv(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new ConfigError(
      `The file ${path} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Leaves out the variables that are empty, which count as not set. */
export function withoutEmpty(
  environment: Record<string, string | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}
