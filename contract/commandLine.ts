/** Writes a command, its program and its arguments, as one would type it into a shell. */
export function commandLine(parts: readonly string[]): string {
  return parts.map(quote).join(' ');
}

function quote(part: string): string {
  return /^[\w./:=@%+-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}
