/** Reads inputs of a run that somebody wrote, `name=value` a line; a line that is none makes it a fault. */
export function readInputs(text: string): { inputs: Record<string, string> } | { fault: string } {
  const inputs: [string, string][] = [];
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    if (at < 1) return { fault: line };
    inputs.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
  }
  return { inputs: Object.fromEntries(inputs) };
}
