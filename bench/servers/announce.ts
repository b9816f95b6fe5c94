import { within } from '../waits/within.ts';

/** Tells the process that started this one where it listens, and ends when that one does or wants it. */
export function announce(url: string, close: () => Promise<void>): void {
  console.log(`listening ${url}`);
  process.stdin.on('end', () => void end(close)).resume();
}

/** What does not close ends all the same: whoever started it may be gone. */
async function end(close: () => Promise<void>): Promise<void> {
  try {
    await within('this server to close', close());
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
