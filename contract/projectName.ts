/** How the name of a project looks: `acme/site`, `@acme/site`, `site`. Never with a colon, which stands between it and a plan. */
export const projectPattern = /^[A-Za-z0-9@_][\w.@+~/-]{0,127}$/;

/** What is expected of the name of a project, for whoever wrote another one. */
export const expectedProject =
  'expected 1 to 128 letters, digits, ".", "_", "-", "/", "@", "+" or "~", such as "acme/site"';

/** Writes a plan with its project, as it can be named wherever plans are: `acme/site:nightly`; a plan of no project by its name. */
export function planLabel({ project, name }: { project: string | null | undefined; name: string }): string {
  return project ? `${project}:${name}` : name;
}

/** Splits the label of a plan into its project and its name; undefined for a name alone. */
export function splitLabel(text: string): { project: string; name: string } | undefined {
  const colon = text.lastIndexOf(':');
  return colon === -1 ? undefined : { project: text.slice(0, colon), name: text.slice(colon + 1) };
}
