import { plural } from './plural.ts';

/** How many characters of one line are kept: from its beginning and from its end. */
export interface LineLimits {
  head: number;
  tail: number;
}

export const defaultLineLimits: LineLimits = { head: 48 * 1024, tail: 16 * 1024 };

/** A line of which more may come. */
export interface BoundedLine {
  head: string;
  tail: string;
  dropped: number;
  /** A carriage return came last: more text begins the line anew, a line end just ends it. */
  returned: boolean;
}

export const emptyLine: BoundedLine = { head: '', tail: '', dropped: 0, returned: false };

/** Adds text without line ends; a carriage return starts the line again. Beyond the limits its middle is given up. */
export function appendTo(line: BoundedLine, piece: string, limits: LineLimits): BoundedLine {
  if (piece === '') return line;
  const body = withoutReturns(piece);
  const returned = body.length < piece.length;
  if (body === '') return { ...line, returned };
  const restart = body.lastIndexOf('\r');
  const { head, tail, dropped } = restart === -1 && !line.returned ? line : emptyLine;
  const added = body.slice(restart + 1);

  const room = tail === '' ? limits.head - head.length : 0;
  const rest = added.slice(room);
  const cut = Math.max(0, tail.length + rest.length - limits.tail);
  return {
    head: room === 0 ? head : head + added.slice(0, room),
    // What is given up is not copied first.
    tail: tail.slice(cut) + rest.slice(Math.max(0, cut - tail.length)),
    dropped: dropped + cut,
    returned,
  };
}

/** Writes a line out, with what was left out of it. */
export function renderLine({ head, tail, dropped }: BoundedLine): string {
  if (dropped === 0) return head + tail;
  // A cut may fall between the halves of a character.
  return `${head.toWellFormed()} … ${plural(dropped, 'character')} left out … ${tail.toWellFormed()}`;
}

/** A text without the carriage returns at its end; a pattern would take seconds for many that stand elsewhere. */
function withoutReturns(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end--;
  return text.slice(0, end);
}
