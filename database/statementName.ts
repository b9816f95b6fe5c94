const names = new Map<string, string>();
const maxNames = 500;

/**
 * Names a statement so that each connection prepares it once. Only texts of few shapes may come here; past a bound
 * new ones stay unnamed, so that no caller can fill the database's memory with prepared statements.
 */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= maxNames) return known;
  const name = `nightshift_${names.size + 1}`;
  names.set(text, name);
  return name;
}
