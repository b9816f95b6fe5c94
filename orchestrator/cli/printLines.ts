import { padTo } from '../../contract/text/textWidth.ts';
import { fitLine } from '../text/fitLine.ts';
import type { CliContext } from './context.ts';

/** Says a fact under a label; on a terminal the lines of a long one stand below each other. */
export function sayFact({ say, stderr }: CliContext, label: string, fact: string): void {
  const head = `${padTo(label, 8)} `;
  say(fitLine(`${head}${fact}`, stderr, head.length));
}

/**
 * Gives what says that something happened, with the time: the whole of it in logs, the time of day on a terminal, whose
 * lines fit its width.
 */
export function eventSayer({ say, stderr }: CliContext): (text: string) => void {
  return (text) => {
    const time = new Date().toISOString();
    if (!stderr.isTTY) return say(`${time} ${text}`);
    const clock = `${time.slice(11, 19)}Z `;
    say(fitLine(`${clock}${text}`, stderr, clock.length));
  };
}
