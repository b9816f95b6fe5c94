import { createControlReader } from './controlReader.ts';

/** Takes escape sequences and control characters but tabs and line ends out of a whole text. */
export function stripControls(text: string): string {
  let stripped = '';
  const reader = createControlReader({
    text: (piece) => {
      stripped += piece;
    },
  });
  reader.push(text);
  reader.end();
  return stripped;
}
