import { createControlStripper, stripControls } from '../../contract/stripControls.ts';

/** Turns a stream of bytes into text that any terminal, log or database can hold. */
export interface TextCleaner {
  push(chunk: Uint8Array): string;
  /** What was held back, once no more bytes come. */
  end(): string;
}

/**
 * Decodes UTF-8 and takes out escape sequences and control characters; what is no UTF-8 becomes U+FFFD. Characters
 * and sequences that are split between two chunks come out whole. `onLink` is told where links of terminals lead.
 */
export function createTextCleaner(onLink?: (target: string) => void): TextCleaner {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const stripper = createControlStripper(onLink);
  return {
    push: (chunk) => stripper.push(decoder.decode(chunk, { stream: true })),
    end: () => stripper.push(decoder.decode()) + stripper.end(),
  };
}

/** Takes escape sequences and control characters but tabs and line ends out of a text, and mends lone surrogates. */
export function cleanText(text: string): string {
  return stripControls(text).toWellFormed();
}
