import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What every key begins with, by which scanners for secrets find one. */
export const keyMark = 'nsk_';
/** What the token of every session begins with. */
export const sessionMark = 'nss_';
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 256 bits take so many digits of base 62, a checksum of 32 bits so many. */
const [secretDigits, checkDigits] = [43, 6];
const shape = /^ns[ks]_[0-9A-Za-z]{49}$/;

/** How many characters of a key are shown, so that its owner knows which one it is. */
export const prefixLength = keyMark.length + 8;

/** Makes a key, or the token of a session: the mark, 256 random bits and a checksum, in base 62. */
export function makeKeyText(mark: typeof keyMark | typeof sessionMark = keyMark): string {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`);
  let secret = '';
  for (; secret.length < secretDigits; rest /= 62n) secret = digitOf(Number(rest % 62n)) + secret;
  return mark + secret + checksumOf(mark + secret);
}

/** Says whether a text could be a key: what was mistyped or made up fails its checksum, and needs no look in the database. */
export function isKeyText(text: string, mark: typeof keyMark | typeof sessionMark = keyMark): boolean {
  return text.startsWith(mark) && shape.test(text) && text.endsWith(checksumOf(text.slice(0, -checkDigits)));
}

/** What the database knows a key by: its SHA-256 in hexadecimal. */
export function hashOfKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let checksum = '';
  for (; checksum.length < checkDigits; rest = Math.floor(rest / 62))
    checksum = digitOf(rest % 62) + checksum;
  return checksum;
}

function digitOf(value: number): string {
  return digits.charAt(value);
}
