import { stripVTControlCharacters } from 'node:util';

/** Turns a stream of bytes into text that any terminal, log or database can hold. */
export interface TextCleaner {
  push(chunk: Uint8Array): string;
  /** What was held back, once no more bytes come. */
  end(): string;
}

/**
 * Decodes UTF-8 and takes out escape sequences and control characters; what is no UTF-8 becomes U+FFFD. Characters
 * and sequences that are split between two chunks come out whole.
 */
export function createTextCleaner(): TextCleaner {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let held = '';
  const clean = (text: string, last: boolean) => {
    const whole = held + text;
    const cut = last ? whole.length : whole.length - (unfinished.exec(whole)?.[0].length ?? 0);
    held = whole.slice(cut);
    return cleanText(whole.slice(0, cut));
  };
  return {
    push: (chunk) => clean(decoder.decode(chunk, { stream: true }), false),
    end: () => clean(decoder.decode(), true),
  };
}

/** Takes escape sequences and control characters but tabs and line ends out of a text, and mends lone surrogates. */
export function cleanText(text: string): string {
  const plain = text.includes('\u001b') || text.includes('\u009b') ? stripVTControlCharacters(text) : text;
  return plain.replace(control, '').toWellFormed();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

// An escape sequence whose end has not come yet.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unfinished = /[\u001b\u009b](?:\[?[0-?]{0,64}[ -/]{0,8}|\][^\u0007\u001b\n]{0,2048}\u001b?)?$/;
