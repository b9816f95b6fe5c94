/** Says whether a text is an address that may become something to click: http or https, and whole. */
export function isWebLink(text: string): boolean {
  return /^https?:\/\//i.test(text) && !mustBeEncoded.test(text) && URL.canParse(text);
}

/** Writes an http(s) address with what no address may hold percent-encoded; undefined for any other text. */
export function toWebLink(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text)) return undefined;
  const encoded = text.replace(everyToBeEncoded, (part) => encodeURIComponent(part.toWellFormed()));
  return isWebLink(encoded) ? encoded : undefined;
}

/** Says whether a browser that is led to this text would run it. Blanks and controls before the colon do not count. */
export function isRunByBrowsers(text: string): boolean {
  return /^(javascript|data|vbscript):/i.test(text.replace(/[\s\p{Cc}\p{Cf}]/gu, ''));
}

const unfit = String.raw`[\s\p{Cc}\p{Bidi_Control}\p{Cs}<>"\\^\x60{|}]|%(?![0-9A-Fa-f]{2})`;
const mustBeEncoded = new RegExp(unfit, 'u');
const everyToBeEncoded = new RegExp(unfit, 'gu');
