import { createTextCleaner } from './cleanText.ts';
import { createSecretMasker, maskSecrets } from './maskSecrets.ts';
import { createLineSplitter, type LineLimits } from './splitLines.ts';

/** Turns the bytes of one stream of a command into lines that are clean, masked and bounded. */
export interface OutputLines {
  push(chunk: Uint8Array): string[];
  /** The line that was not ended. */
  end(): string[];
}

/**
 * Makes the way from bytes to lines: clean first, so that no escape sequence splits a secret, mask, then split. `onLink` is
 * told, masked as well, where links of terminals lead, and `onText` all of the text, of which lines may keep only a part.
 */
export function createOutputLines(
  secrets: readonly string[],
  {
    limits,
    onLink,
    onText,
  }: { limits?: LineLimits; onLink?(target: string): void; onText?(text: string): void } = {},
): OutputLines {
  const cleaner = createTextCleaner((target) => onLink?.(maskSecrets(target, secrets)));
  const masker = createSecretMasker(secrets);
  const splitter = createLineSplitter(limits);
  const split = (text: string) => {
    onText?.(text);
    return splitter.push(text);
  };
  return {
    push: (chunk) => split(masker.push(cleaner.push(chunk))),
    end: () => [...split(masker.push(cleaner.end()) + masker.end()), ...splitter.end()],
  };
}
