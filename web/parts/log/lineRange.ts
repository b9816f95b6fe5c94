/** The lines that an address marks: `#L12`, or `#L12-L20`. */
export interface LineRange {
  from: number;
  to: number;
}

/** Reads which lines an address marks; undefined for one that marks none. */
export function readLineRange(hash: string): LineRange | undefined {
  const match = /^#L(\d{1,7})(?:-L?(\d{1,7}))?$/.exec(hash);
  if (!match) return undefined;
  const [from, to = from] = [Number(match[1]), match[2] === undefined ? undefined : Number(match[2])];
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

/** Writes the address of lines. */
export function writeLineRange({ from, to }: LineRange): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}
