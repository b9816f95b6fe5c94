/** Writes a name as variables are written: upper case, `_` for everything but letters and digits. */
export function toEnvName(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

/** The variable by which a step reads an output of one that it needs. */
export function toOutputEnvName(task: string, key: string): string {
  return `NIGHTSHIFT_${toEnvName(task)}_${toEnvName(key)}`;
}

/** The variable by which a step reads what its run was given. */
export function toInputEnvName(key: string): string {
  return `NIGHTSHIFT_INPUT_${toEnvName(key)}`;
}

/** Finds two names that make one variable. */
export function findTwins(names: Iterable<string>): [first: string, second: string] | undefined {
  const known = new Map<string, string>();
  for (const name of names) {
    const first = known.get(toEnvName(name));
    if (first !== undefined && first !== name) return [first, name];
    known.set(toEnvName(name), name);
  }
  return undefined;
}
