/** Writes a text into a script within a page, which no text in it ends. */
export function scriptText(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c');
}
