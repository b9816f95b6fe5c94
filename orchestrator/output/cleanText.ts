import { type ControlSink, createControlReader } from '../../contract/text/controlReader.ts';
import { stripControls } from '../../contract/text/stripControls.ts';

/** Takes a stream of bytes apart into text and what a terminal acts on. */
export interface TextReader {
  push(chunk: Uint8Array): void;
  /** Gives out what was held back, once no more bytes come. */
  end(): void;
}

/**
 * Decodes UTF-8; what is no UTF-8 becomes U+FFFD. Characters and sequences that are split between two chunks come out
 * whole.
 */
export function createTextReader(sink: ControlSink): TextReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const reader = createControlReader(sink);
  return {
    push: (chunk) => reader.push(decoder.decode(chunk, { stream: true })),
    end() {
      reader.push(decoder.decode());
      reader.end();
    },
  };
}

/** Takes escape sequences and control characters but tabs and line ends out of a text, and mends lone surrogates. */
export function cleanText(text: string): string {
  return stripControls(text).toWellFormed();
}
