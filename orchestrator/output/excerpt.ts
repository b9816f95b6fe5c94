import type { ShownRow } from '../../contract/screen/row.ts';
import { plural } from '../../contract/text/plural.ts';

/** Keeps the first and last lines of what a command prints, within a number of bytes. */
export interface Excerpt {
  /** Takes a line, which counts as it is in the end. */
  add(line: ShownRow): void;
  toString(): string;
}

export interface ExcerptLimits {
  /** Lines kept from the beginning. */
  first: number;
  /** Lines kept from the end. */
  last: number;
  /** Characters kept of one line. */
  lineLength: number;
  /** Bytes of UTF-8 that the whole may have; under it the end survives. */
  bytes: number;
}

export const excerptLimits: ExcerptLimits = { first: 10, last: 20, lineLength: 2000, bytes: 16 * 1024 };

/** Makes an empty excerpt; the lines given to it are clean and masked already. */
export function createExcerpt(limits: ExcerptLimits = excerptLimits): Excerpt {
  const head: ShownRow[] = [];
  // The last lines, in a ring: the oldest stands where the next one goes.
  const ring: ShownRow[] = [];
  let seen = 0;
  return {
    add(line) {
      // Nothing is drawn on lines that are so long.
      const isLong = line.text !== null && line.text.length > limits.lineLength;
      const kept = isLong ? { text: cutLine(line.text ?? '', limits.lineLength) } : line;
      if (head.length < limits.first) head.push(kept);
      else ring[seen++ % limits.last] = kept;
    },
    toString() {
      const next = seen % limits.last;
      const tail = seen > limits.last ? [...ring.slice(next), ...ring.slice(0, next)] : ring;
      const shown = (rows: readonly ShownRow[]) =>
        rows.flatMap(({ text }) => (text === null ? [] : [cutLine(text, limits.lineLength)]));
      return fitInto(shown(head), shown(tail), Math.max(0, seen - limits.last), limits.bytes);
    },
  };
}

/** Cuts the middle out of a line that is longer than a number of characters. */
export function cutLine(line: string, length: number): string {
  if (line.length <= length) return line;
  const end = Math.floor(length / 4);
  const start = Math.max(0, length - end - 3);
  return `${line.slice(0, start)} … ${end === 0 ? '' : line.slice(-end)}`.toWellFormed();
}

/** Joins both ends; three quarters of the room belong to the last lines when there is not enough. */
function fitInto(head: readonly string[], tail: readonly string[], leftOut: number, bytes: number): string {
  const whole = join(head, tail, leftOut);
  if (size(whole) <= bytes) return whole;
  const room = bytes - markRoom;
  const end = tail.length > 0 ? tail : head;
  const keptEnd = takeLast(end, Math.max(Math.floor((room * 3) / 4), room - size(head.join('\n'))));
  const keptStart = tail.length > 0 ? takeFirst(head, room - size(keptEnd.join('\n'))) : [];
  const gone = head.length + tail.length - keptStart.length - keptEnd.length;
  return join(keptStart, keptEnd, leftOut + gone);
}

// The longest form of the line that says how many were left out, with its line ends.
const markRoom = 48;

function join(head: readonly string[], tail: readonly string[], leftOut: number): string {
  const mark = leftOut === 0 ? [] : [`… ${plural(leftOut, 'line')} left out …`];
  return [...head, ...mark, ...tail].join('\n');
}

function takeFirst(lines: readonly string[], bytes: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    used += size(line) + 1;
    if (used > bytes) break;
    kept.push(line);
  }
  return kept;
}

function takeLast(lines: readonly string[], bytes: number): string[] {
  const kept = takeFirst(lines.toReversed(), bytes).reverse();
  const last = lines.at(-1) ?? '';
  return kept.length > 0 || last === '' ? kept : [endOf(last, bytes)];
}

/** The end of a text that fits, cut between characters. */
function endOf(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  let start = Math.max(0, buffer.length - bytes);
  while (start < buffer.length && ((buffer[start] ?? 0) & 0xc0) === 0x80) start++;
  return buffer.subarray(start).toString();
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
