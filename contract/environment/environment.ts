/** Variables by their names, as a process gets them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that are not what they must be; the message has a line for each: its name, what was expected and what came. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The levels of a log, from the quietest. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Gives the variables of this process as they came. Nothing else reads `process.env`. */
export function readVariables(): Variables {
  return process.env;
}

/** Leaves out the variables that are empty, which count as not set. */
export function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
}
