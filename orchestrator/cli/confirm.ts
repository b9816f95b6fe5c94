import { createInterface } from 'node:readline';
import type { CliContext } from './context.ts';

/** Says whether a human can be asked. */
export function canAsk({ stdin, stderr }: CliContext): boolean {
  return Boolean(stdin.isTTY && stderr.isTTY);
}

/** Asks a yes-or-no question on the terminal; anything but a yes is a no. */
export async function confirm({ stdin, stderr }: CliContext, question: string): Promise<boolean> {
  // The terminal edits the line itself, so no escape sequence of ours is needed.
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    stderr.write(`${question} [y/N] `);
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
