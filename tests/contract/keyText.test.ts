import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfKey, isKeyText, makeKeyText, prefixLength } from '../../contract/keyText.ts';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keys = fc.constant(undefined).map(makeKeyText);

describe('The text of a key', () => {
  it('begins so that scanners for secrets find it, and holds 256 random bits and a checksum', () => {
    for (let made = 0; made < 200; made += 1) {
      const key = makeKeyText();
      expect(key).toMatch(/^nsk_[0-9A-Za-z]{49}$/);
      expect(isKeyText(key)).toBe(true);
      expect(hashOfKey(key)).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(prefixLength).toBe('nsk_'.length + 8);
  });

  it('is never the same twice, nor is what is shown of it or stored', () => {
    const all = Array.from({ length: 2000 }, makeKeyText);
    expect(new Set(all).size).toBe(2000);
    expect(new Set(all.map(hashOfKey)).size).toBe(2000);
    expect(new Set(all.map((key) => key.slice(0, prefixLength))).size).toBe(2000);
  });

  it('uses every digit', () => {
    const all = Array.from({ length: 200 }, makeKeyText).join('');
    expect([...digits].filter((digit) => !all.includes(digit))).toEqual([]);
  });

  it('is not taken with one character changed', () => {
    const places = fc.nat({ max: 'nsk_'.length + 48 });
    fc.assert(
      fc.property(keys, places, fc.constantFrom(...digits), (key, at, digit) => {
        const changed = `${key.slice(0, at)}${digit}${key.slice(at + 1)}`;
        expect(isKeyText(changed)).toBe(changed === key);
      }),
    );
  });

  it('is not taken with two characters swapped', () => {
    const places = fc.nat({ max: 'nsk_'.length + 48 });
    fc.assert(
      fc.property(keys, places, places, (key, one, other) => {
        const characters = [...key];
        [characters[one], characters[other]] = [characters[other] ?? '', characters[one] ?? ''];
        const swapped = characters.join('');
        expect(isKeyText(swapped)).toBe(swapped === key);
      }),
    );
  });

  it('is not taken with characters lost, added, or around it', () => {
    fc.assert(
      fc.property(keys, fc.nat({ max: 52 }), fc.constantFrom(...digits, ' ', '\n', '…'), (key, at, more) => {
        expect(isKeyText(key.slice(0, at) + key.slice(at + 1))).toBe(false);
        expect(isKeyText(key.slice(0, at) + more + key.slice(at))).toBe(false);
        expect(isKeyText(more + key)).toBe(false);
        expect(isKeyText(key + more)).toBe(false);
      }),
    );
  });

  it.each(['', 'nsk_', 'nsm_', 'a-key-of-sixteen-characters', `nsk_${'0'.repeat(49)}`])(
    'is not %j',
    (text) => {
      expect(isKeyText(text)).toBe(false);
    },
  );
});
