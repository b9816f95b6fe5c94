const encoder = new TextEncoder();

/** Node writes a text of this size and the headers in one piece; a larger one it would copy. */
const maxTextLength = 4096;

/**
 * Makes of a text the body of an answer in the form that costs least to send: a short one goes out in one piece with the
 * headers; a long one is encoded once, and neither measured nor written as text afterwards.
 */
export function toBody(text: string): string | Buffer {
  if (text.length <= maxTextLength) return text;
  const { buffer, byteOffset, byteLength } = encoder.encode(text);
  return Buffer.from(buffer, byteOffset, byteLength);
}
