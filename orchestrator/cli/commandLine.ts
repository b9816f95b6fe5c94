import type { Step } from '../plan/schema.ts';

/** Writes a command as one would type it into a shell. */
export function commandLine([file, args = []]: Step['cmd']): string {
  return [file, ...args].map(quote).join(' ');
}

function quote(part: string): string {
  return /^[\w./:=@%+-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}
