import { createInterface } from 'node:readline';
import { type CliContext, Stopped } from './context.ts';
import { untilSignal } from './interruption.ts';

/** Says whether a human can be asked. */
export function canAsk({ stdin, stderr }: CliContext): boolean {
  return Boolean(stdin.isTTY && stderr.isTTY);
}

/**
 * Asks a yes-or-no question on the terminal; anything but a yes is a no. `nothing` is what is said when nothing is done.
 * @throws Stopped on a no, and on Ctrl-C
 */
export async function confirm(
  { stdin, stderr }: CliContext,
  question: string,
  nothing: string,
): Promise<void> {
  // The terminal edits the line itself, so no escape sequence of ours is needed.
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    const answered = untilSignal(
      new Promise<string | null>((resolve) => {
        lines.once('line', resolve);
        lines.once('close', () => resolve(null));
      }),
    );
    // Who sees the question may press Ctrl-C at once.
    stderr.write(`${question} [y/N] `);
    const answer = await answered;
    // Only an answer has ended its line.
    if (answer.value == null) stderr.write('\n');
    if (answer.exitCode !== undefined) throw new Stopped(nothing, answer.exitCode);
    if (!/^y(es)?$/i.test(answer.value?.trim() ?? '')) throw new Stopped(nothing, 0);
  } finally {
    lines.close();
  }
}
