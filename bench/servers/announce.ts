/** Tells the process that started this one where it listens, and ends when that one does or wants it. */
export function announce(url: string, close: () => Promise<void>): void {
  console.log(`listening ${url}`);
  process.stdin.on('end', () => void close()).resume();
}
