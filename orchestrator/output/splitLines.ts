import {
  appendTo,
  defaultLineLimits,
  emptyLine,
  type LineLimits,
  renderLine,
} from '../../contract/text/boundedLine.ts';

/** Splits a stream of text into lines while holding no more than a bounded part of one. */
export interface LineSplitter {
  push(text: string): string[];
  /** The last line, if the text did not end with a line end. */
  end(): string[];
}

/**
 * Makes a splitter. A line over the limits keeps its beginning and end and says what was left out. A carriage return
 * starts a line again.
 */
export function createLineSplitter(limits: LineLimits = defaultLineLimits): LineSplitter {
  let line = emptyLine;
  const finish = () => {
    const whole = renderLine(line);
    line = emptyLine;
    return whole;
  };
  return {
    push(text) {
      const [first = '', ...others] = text.split('\n');
      line = appendTo(line, first, limits);
      const rest = others.pop();
      if (rest === undefined) return [];
      const lines = [finish(), ...others.map((whole) => renderWhole(whole, limits))];
      line = appendTo(emptyLine, rest, limits);
      return lines;
    },
    end: () => (line.head === '' ? [] : [finish()]),
  };
}

/** A line that came in one piece; most do, and most need nothing. */
function renderWhole(text: string, limits: LineLimits): string {
  const isPlain = text.length <= limits.head && !text.includes('\r');
  return isPlain ? text : renderLine(appendTo(emptyLine, text, limits));
}
