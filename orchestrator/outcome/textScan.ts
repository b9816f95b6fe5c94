/** Takes a text in pieces, and hands it on in parts that break no address. */
export interface TextScan {
  push(text: string): void;
  /** Once no more text comes. */
  end(): void;
}

/** No usable address is longer, also where JSON has escaped it; so much of a text is held back at most. */
const longestAddress = 2048;
/** What may be the beginning of `https:`. */
const longestScheme = 5;

/**
 * Makes a scan that hands on whatever comes, also what a terminal would overwrite or a log leaves out in the middle of a
 * long line: a pull request that was opened is one however it was printed. It looks at each character a few times at most.
 */
export function createTextScan(scan: (text: string) => void): TextScan {
  let held = '';
  return {
    push(text) {
      const whole = held + text;
      const cut = endOfAddresses(whole);
      if (cut > 0) scan(whole.slice(0, cut));
      held = whole.slice(cut);
    },
    end() {
      scan(held);
      held = '';
    },
  };
}

/** Where the last address begins that may go on, else the end but for what may begin one. */
function endOfAddresses(text: string): number {
  const lineStart = text.lastIndexOf('\n') + 1;
  const from = Math.max(lineStart, text.length - longestAddress);
  const at = text.slice(from).search(/https?:/i);
  return at === -1 ? Math.max(lineStart, text.length - longestScheme) : from + at;
}
