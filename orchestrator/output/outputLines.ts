import type { ShownRow } from '../../contract/screen/row.ts';
import { createScreen } from '../../contract/screen/screen.ts';
import type { LineLimits } from '../../contract/text/boundedLine.ts';
import { createTextReader } from './cleanText.ts';
import { createSecretCover, maskSecrets, showMasks } from './maskSecrets.ts';
import { queueBehindText } from './queueBehindText.ts';

/** Turns the bytes of one stream of a command into lines that are clean, masked and bounded. */
export interface OutputLines {
  /** Gives the lines that are complete; one that was drawn on again comes again. */
  push(chunk: Uint8Array): string[];
  /** What else is there: the line that was not ended, and lines that were drawn on again. */
  end(): string[];
  /** The lowest line that is not blank, as a terminal would show it. */
  lastLine(): string | undefined;
}

export interface OutputListeners {
  limits?: LineLimits;
  /** Gets the masked target of each terminal link. */
  onLink?(target: string): void;
  /** Takes all of the text, masked, of which lines may keep only a part, without what it does to a terminal. */
  onText?(text: string): void;
  /** Takes each line once; what it shows changes while the command draws on it. */
  onRow?(row: ShownRow): void;
}

/**
 * Makes the way from bytes to lines: tell text from sequences first, so that none splits a secret; cover secrets, so that no
 * part of one is left where something is drawn over it; and show the rest as a terminal would. What drawing has put together
 * is masked once more.
 */
export function createOutputLines(
  secrets: readonly string[],
  { limits, onLink, onText, onRow }: OutputListeners = {},
): OutputLines {
  let lines: string[] = [];
  const screen = createScreen({
    ...(limits && { limits }),
    ...(onRow && { onRow }),
    finish: (text, isDrawn) => (isDrawn ? maskSecrets(showMasks(text), secrets) : showMasks(text)),
    onLine: (line) => lines.push(line),
  });
  const cover = createSecretCover(secrets);
  const queue = queueBehindText(screen);
  const write = (text: string) => {
    if (text === '') return;
    onText?.(showMasks(text));
    queue.text(text);
  };
  const reader = createTextReader({
    text(piece) {
      queue.expect(piece.length);
      write(cover.push(piece));
    },
    control: queue.control,
    escape: queue.escape,
    backspace: queue.backspace,
    link(target) {
      const masked = maskSecrets(target, secrets);
      if (masked !== '') onLink?.(masked);
      queue.link(masked);
    },
  });
  const taken = () => {
    const complete = lines;
    lines = [];
    return complete;
  };
  return {
    push(chunk) {
      reader.push(chunk);
      return taken();
    },
    end() {
      reader.end();
      write(cover.end());
      screen.end();
      return taken();
    },
    lastLine: screen.bottom,
  };
}
