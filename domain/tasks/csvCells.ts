import { Transform, type TransformCallback } from 'node:stream';

/** What the cells of a column hold: text that callers wrote, the excerpt of a log, a time, or none of these. */
export type CellKind = 'text' | 'excerpt' | 'time' | 'plain';

/** A log excerpt is cut to this many characters; the database may give one more, so that a cut shows. */
export const excerptLength = 100;

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const apostrophe = 0x27;
const dot = 0x2e;
const zero = 0x30;
const plus = 0x2b;

const noLimit = 0x3fffffff;

/** What a spreadsheet takes for the beginning of a formula: tab, LF, CR, + - = @. */
const formulaStarts = new Set([0x09, lineFeed, carriageReturn, plus, 0x2d, 0x3d, 0x40]);

/** The full-width forms of + - = @ in UTF-8 begin with this byte; a spreadsheet takes them for the plain ones. */
const wideStart = 0xef;
const wideForms = ['＋', '－', '＝', '＠'].map((character) => Buffer.from(character));

/**
 * Rewrites PostgreSQL's CSV, a header line first, as the REST contract has it: lines end in CRLF, times are ISO 8601
 * in UTC, excerpts are cut, and a cell that a spreadsheet would run begins with `'`. It works on bytes as they pass,
 * because the same in SQL costs the database as much as reading the rows.
 */
export class CsvCells extends Transform {
  readonly #kinds: readonly CellKind[];
  #out = Buffer.alloc(0);
  #written = 0;

  #inHeader = true;
  #column = 0;
  #kind: CellKind = 'plain';
  #isEmpty = true;
  #isQuoted = false;
  #inQuotes = false;
  #characters = 0;
  #digits = -1;
  #timeEnded = false;
  /** The first bytes of a cell whose first character is not whole yet. */
  #begun: Buffer | undefined;

  constructor(kinds: readonly CellKind[]) {
    super();
    this.#kinds = kinds;
  }

  override _transform(given: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const chunk = this.#begun === undefined ? given : Buffer.concat([this.#begun, given]);
    this.#begun = undefined;
    // A cell of one byte and its comma can become three bytes, and every cut three more than was cut.
    const most = chunk.length * 2 + 16;
    if (this.#out.length < most) this.#out = Buffer.allocUnsafeSlow(most);
    this.#written = 0;
    let index = 0;
    while (index < chunk.length) {
      const byte = chunk[index] as number;
      if (byte === wideStart && this.#isBeginning() && index + 2 >= chunk.length) {
        this.#begun = Buffer.from(chunk.subarray(index));
        break;
      }
      if (byte === quote) this.#onQuote();
      else if (!this.#inQuotes && (byte === comma || byte === lineFeed)) this.#onEnd(byte);
      else if (this.#kind === 'time') this.#onTime(byte);
      else index = this.#copyContent(chunk, index);
      index += 1;
    }
    done(null, Buffer.from(this.#out.subarray(0, this.#written)));
  }

  /** The first quote opens a cell; of two inside, the second makes a character; one alone closes, see `#onEnd`. */
  #onQuote(): void {
    this.#inQuotes = !this.#inQuotes;
    if (this.#isEmpty && !this.#isQuoted) {
      this.#isQuoted = true;
      this.#put(quote);
    } else if (this.#inQuotes && this.#takesCharacter()) {
      this.#isEmpty = false;
      this.#put(quote);
      this.#put(quote);
    }
  }

  /** Copies up to the next quote or the end of the cell, and gives the index of the last byte before it. */
  #copyContent(chunk: Buffer, start: number): number {
    if (this.#isEmpty) {
      this.#isEmpty = false;
      if (this.#kind !== 'plain' && isFormula(chunk, start)) this.#put(apostrophe);
    }
    const out = this.#out;
    const inQuotes = this.#inQuotes;
    const limit = this.#kind === 'excerpt' ? excerptLength : noLimit;
    let written = this.#written;
    let characters = this.#characters;
    let index = start;
    for (; index < chunk.length; index += 1) {
      const byte = chunk[index] as number;
      if (byte === quote || (!inQuotes && (byte === comma || byte === lineFeed))) break;
      if ((byte & 0xc0) !== 0x80) characters += 1;
      if (characters <= limit) {
        out[written] = byte;
        written += 1;
      }
    }
    this.#written = written;
    this.#characters = characters;
    return index - 1;
  }

  /** `2025-01-15 02:30:00.5+00` becomes `2025-01-15T02:30:00.500Z`. */
  #onTime(byte: number): void {
    if (this.#timeEnded) return;
    this.#isEmpty = false;
    if (byte === plus) {
      while (this.#digits >= 0 && this.#digits < 3) this.#putDigit(zero);
      this.#put(0x5a);
      this.#timeEnded = true;
    } else if (byte === dot || this.#digits >= 0) this.#putDigit(byte);
    else this.#put(byte === space ? 0x54 : byte);
  }

  #putDigit(byte: number): void {
    this.#digits += 1;
    this.#put(byte);
  }

  #onEnd(delimiter: number): void {
    if (this.#isCut()) for (let dots = 0; dots < 3; dots += 1) this.#put(dot);
    if (this.#isQuoted) this.#put(quote);
    if (delimiter === lineFeed) {
      this.#put(carriageReturn);
      this.#inHeader = false;
      this.#column = -1;
    }
    this.#put(delimiter);
    this.#column += 1;
    this.#kind = this.#inHeader ? 'plain' : (this.#kinds[this.#column] ?? 'plain');
    this.#isEmpty = true;
    this.#isQuoted = false;
    this.#characters = 0;
    this.#digits = -1;
    this.#timeEnded = false;
  }

  #isBeginning(): boolean {
    return this.#isEmpty && this.#kind !== 'plain' && this.#kind !== 'time';
  }

  #takesCharacter(): boolean {
    this.#characters += 1;
    return !this.#isCut();
  }

  #isCut(): boolean {
    return this.#kind === 'excerpt' && this.#characters > excerptLength;
  }

  #put(byte: number): void {
    this.#out[this.#written] = byte;
    this.#written += 1;
  }
}

function isFormula(chunk: Buffer, start: number): boolean {
  const first = chunk[start] as number;
  if (first !== wideStart) return formulaStarts.has(first);
  return wideForms.some((form) => chunk.subarray(start, start + form.length).equals(form));
}
