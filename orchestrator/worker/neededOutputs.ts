/**
 * The variables by which a step reads the outputs of those that it needs: `version=3` of `build.app` is
 * `NIGHTSHIFT_BUILD_APP_VERSION`.
 */
export function neededOutputs(
  needs: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Record<string, string> {
  const entries = Object.entries(needs).flatMap(([task, outputs]) =>
    Object.entries(outputs).map(
      ([key, value]) => [`NIGHTSHIFT_${shout(task)}_${shout(key)}`, value] as const,
    ),
  );
  return Object.fromEntries(entries);
}

/** Writes a name as variables are written: upper case, `_` for everything but letters and digits. */
export function shout(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}
