/** Writes a count with its noun: `1 error`, `2 errors`, `1,204 files`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : many}`;
}
