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
 * told, masked as well, where links of terminals lead.
 */
export function createOutputLines(
  secrets: readonly string[],
  { limits, onLink }: { limits?: LineLimits; onLink?(target: string): void } = {},
): OutputLines {
  const cleaner = createTextCleaner((target) => onLink?.(maskSecrets(target, secrets)));
  const masker = createSecretMasker(secrets);
  const splitter = createLineSplitter(limits);
  return {
    push: (chunk) => splitter.push(masker.push(cleaner.push(chunk))),
    end: () => [...splitter.push(masker.push(cleaner.end()) + masker.end()), ...splitter.end()],
  };
}
