import { createInterface } from 'node:readline/promises';
import type { CliContext } from './context.ts';

/** Says whether a human can be asked. */
export function canAsk({ stdin, stderr }: CliContext): boolean {
  return Boolean(stdin.isTTY && stderr.isTTY);
}

/** Asks a yes-or-no question on the terminal; anything but a yes is a no. */
export async function confirm({ stdin, stderr }: CliContext, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
