/** Splits a stream of text into lines while holding no more than a bounded part of one. */
export interface LineSplitter {
  push(text: string): string[];
  /** The last line, if the text did not end with a line end. */
  end(): string[];
}

/** How many characters of one line are kept: from its beginning and from its end. */
export interface LineLimits {
  head: number;
  tail: number;
}

export const defaultLineLimits: LineLimits = { head: 48 * 1024, tail: 16 * 1024 };

/**
 * Makes a splitter. A line over the limits keeps its beginning and end and says what was left out. A carriage return
 * starts a line again, as progress bars do on a terminal.
 */
export function createLineSplitter(limits: LineLimits = defaultLineLimits): LineSplitter {
  let line = emptyLine;
  const finish = () => {
    const whole = render(line);
    line = emptyLine;
    return whole;
  };
  return {
    push(text) {
      const [first = '', ...others] = text.split('\n');
      line = append(line, first, limits);
      const rest = others.pop();
      if (rest === undefined) return [];
      const lines = [finish(), ...others.map((whole) => renderWhole(whole, limits))];
      line = append(emptyLine, rest, limits);
      return lines;
    },
    end: () => (line.head === '' ? [] : [finish()]),
  };
}

interface PartialLine {
  head: string;
  tail: string;
  dropped: number;
  /** A carriage return came last: more text begins the line anew, a line end just ends it. */
  returned: boolean;
}

const emptyLine: PartialLine = { head: '', tail: '', dropped: 0, returned: false };

function append(line: PartialLine, piece: string, limits: LineLimits): PartialLine {
  if (piece === '') return line;
  const body = withoutReturns(piece);
  const returned = body.length < piece.length;
  if (body === '') return { ...line, returned };
  const restart = body.lastIndexOf('\r');
  const { head, tail, dropped } = restart === -1 && !line.returned ? line : emptyLine;
  const added = body.slice(restart + 1);

  const room = limits.head - head.length;
  const rest = tail + (tail === '' ? added.slice(room) : added);
  const cut = Math.max(0, rest.length - limits.tail);
  return {
    head: tail === '' ? head + added.slice(0, room) : head,
    tail: rest.slice(cut),
    dropped: dropped + cut,
    returned,
  };
}

/** A text without the carriage returns at its end; a pattern would take seconds for many that stand elsewhere. */
function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end--;
  return text.slice(0, end);
}

/** A line that came in one piece; most do, and most need nothing. */
function renderWhole(text: string, limits: LineLimits): string {
  const isPlain = text.length <= limits.head && !text.includes('\r');
  return isPlain ? text : render(append(emptyLine, text, limits));
}

function render({ head, tail, dropped }: PartialLine): string {
  if (dropped === 0) return head + tail;
  // A cut may fall between the halves of a character.
  return `${head.toWellFormed()} … ${dropped.toLocaleString('en')} characters left out … ${tail.toWellFormed()}`;
}
