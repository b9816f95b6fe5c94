import { padTo } from '../../contract/text/textWidth.ts';
import { fitLine } from '../text/fitLine.ts';
import type { CliContext } from './context.ts';

/** Says a fact under a label; on a terminal the lines of a long one stand below each other. */
export function printFact({ print, stderr }: CliContext, label: string, fact: string): void {
  const head = `${padTo(label, 8)} `;
  print(fitLine(`${head}${fact}`, stderr, head.length));
}

/**
 * Gives what says that something happened, with the time: the whole of it in logs, the time of day on a terminal, whose
 * lines fit its width.
 */
export function createEventLog({ print, stderr }: CliContext): (text: string) => void {
  return (text) => {
    const time = new Date().toISOString();
    if (!stderr.isTTY) return print(`${time} ${text}`);
    const clock = `${time.slice(11, 19)}Z `;
    print(fitLine(`${clock}${text}`, stderr, clock.length));
  };
}
