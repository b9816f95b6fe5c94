/**
 * Decodes a text file that programs of any system have written: UTF-8, with or without its mark, or UTF-16, as PowerShell
 * writes it. What is neither becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark: a name begins with two Latin letters, or one and a sign, of which every second byte is zero.
  const beginning = bytes.subarray(0, 4);
  if (beginning.length < 4) return 'utf-8';
  const isZero = (rest: 0 | 1) => beginning.every((byte, at) => (byte === 0) === (at % 2 === rest));
  return isZero(1) ? 'utf-16le' : isZero(0) ? 'utf-16be' : 'utf-8';
}
