/** Hears of what stands in a text for a terminal, in order. */
export interface ControlSink {
  /** Text, with tabs and line ends. */
  text(piece: string): void;
  /** A control sequence (ECMA-48): its final letter and its parameters, as they were written. */
  control?(letter: string, parameters: string): void;
  /** An escape with a letter or a digit of its own. */
  escape?(letter: string): void;
  /** A link begins (OSC 8), or ends where it leads nowhere. */
  link?(target: string): void;
  backspace?(): void;
}

/** Tells text from what a terminal acts on, in a text that comes in pieces. */
export interface ControlReader {
  push(text: string): void;
  /** Gives out what was held back, once no more text comes. */
  end(): void;
}

/**
 * Makes a reader of the sequences of ECMA-48. It looks at each character once and holds at most `longest` of them. What
 * begins like a sequence and is none, since a line end or too many characters come before its end, comes out as text, so
 * that nothing can be hidden behind it. Control characters but tabs and line ends are left out.
 */
export function createControlReader(sink: ControlSink): ControlReader {
  let state: State = 'text';
  let held = '';

  /** Gives up a sequence: what was held of it is text. */
  function release(next: State): void {
    const text = held;
    held = '';
    state = next;
    if (text !== '') sink.text(text);
  }

  /** Moves on by one character of a sequence. */
  function follow(move: Move, character: string): void {
    if (move.isBroken) release(move.next);
    else if (move.next === 'text') tell(character);
    else {
      if (move.holds) held += character;
      state = move.next;
      if (held.length > longest) release('text');
    }
  }

  function tell(letter: string): void {
    const [ended, body] = [state, held];
    held = '';
    state = 'text';
    if (ended === 'control') sink.control?.(letter, body);
    else if (ended === 'escape') sink.escape?.(letter);
    else if (ended !== 'intermediate') {
      const [, target] = /^8;[^;]*;(.*)/.exec(body) ?? [];
      if (target !== undefined) sink.link?.(target);
    }
  }

  return {
    push(text) {
      for (let at = 0; at < text.length; at++) {
        if (state !== 'text') {
          const move = moves[state](text.charCodeAt(at));
          follow(move, text.charAt(at));
          if (move.again) at--;
          continue;
        }
        const next = findControl(text, at);
        if (next > at) sink.text(text.slice(at, next));
        if (next < text.length) {
          state = begins(text.charCodeAt(next));
          if (text.charCodeAt(next) === 0x08) sink.backspace?.();
        }
        at = next;
      }
    },
    end: () => release('text'),
  };
}

/** The longest sequence that is known as one, in characters; images that are sent to terminals can be longer. */
const longest = 4096;

/**
 * Where in a sequence a reader is: `control` has parameters and a final letter, `string` ends with BEL or ST, and an
 * `intermediate` stands between an escape and its letter.
 */
type State = 'text' | 'escape' | 'intermediate' | 'control' | 'string' | 'stringEscape';

interface Move {
  next: State;
  /** The character belongs to a sequence that may turn out to be none. */
  holds?: boolean;
  /** The sequence is none. */
  isBroken?: boolean;
  /** The character is looked at once more, in the next state. */
  again?: boolean;
}

const escapeCode = 0x1b;
const stringEnd = 0x9c;

const ended: Move = { next: 'text' };
const broken: Move = { next: 'text', isBroken: true, again: true };

const moves: Record<Exclude<State, 'text'>, (code: number) => Move> = {
  escape(code) {
    if (code === escapeCode) return { next: 'escape' };
    if (code >= 0x20 && code <= 0x2f) return { next: 'intermediate' };
    if (code === 0x5b) return { next: 'control' };
    if (stringBeginnings.has(code)) return { next: 'string' };
    return code >= 0x30 && code <= 0x7e ? ended : broken;
  },
  intermediate(code) {
    if (code === escapeCode) return { next: 'escape' };
    if (code >= 0x20 && code <= 0x2f) return { next: 'intermediate' };
    return code >= 0x30 && code <= 0x7e ? ended : broken;
  },
  control(code) {
    if (code >= 0x20 && code <= 0x3f) return { next: 'control', holds: true };
    if (code === escapeCode) return { next: 'escape', isBroken: true };
    return code >= 0x40 && code <= 0x7e ? ended : broken;
  },
  string(code) {
    if (code === 0x07 || code === stringEnd) return ended;
    if (code === escapeCode) return { next: 'stringEscape' };
    if (code === 0x0a || isC1(code)) return broken;
    return isControl(code) ? { next: 'string' } : { next: 'string', holds: true };
  },
  stringEscape: (code) => (code === 0x5c ? ended : { next: 'escape', isBroken: true, again: true }),
};

// After ESC: OSC, DCS, SOS, PM and APC. Each has a form of one character too, among the C1 controls.
const stringBeginnings = new Set([0x5d, 0x50, 0x58, 0x5e, 0x5f]);

/** The state after a control character that stands in text. */
function begins(code: number): State {
  if (code === escapeCode) return 'escape';
  if (code === 0x9b) return 'control';
  return isC1(code) && stringBeginnings.has(code - 0x40) ? 'string' : 'text';
}

function isC1(code: number): boolean {
  return code >= 0x80 && code <= 0x9f;
}

/** All but tab, line feed and carriage return. */
function isControl(code: number): boolean {
  return code < 0x20 ? code !== 0x09 && code !== 0x0a && code !== 0x0d : code >= 0x7f && code <= 0x9f;
}

/** The place of the next control character, or the end of the text. */
function findControl(text: string, from: number): number {
  control.lastIndex = from;
  return control.test(text) ? control.lastIndex - 1 : text.length;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
