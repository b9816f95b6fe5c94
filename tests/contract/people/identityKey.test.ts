import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composedName, identityKey, isSame } from '../../../contract/people/identityKey.ts';
import { names } from '../../support/names.ts';

describe('Two names', () => {
  it.each([
    ['in upper and lower case', 'Ann@Example.org', 'ann@example.ORG'],
    ['with letters beyond ASCII in either case', 'ÄNNE@example.org', 'änne@example.org'],
    ['with an accent of its own', 'a\u0308nne@example.org', 'änne@example.org'],
    ['with one on a capital that has no letter of its own', 'J\u030c@example.org', 'ǰ@example.org'],
  ])('are one %s', (_how, one, other) => {
    expect(isSame(one, other)).toBe(true);
  });

  it.each([
    ['the Kelvin sign', '\u212aate@example.org', 'kate@example.org'],
    ['the sign of the ångström', '\u212bke@example.org', 'åke@example.org'],
    ['a letter of full width', 'ａnn@example.org', 'ann@example.org'],
    ['a letter of another script', 'аnn@example.org', 'ann@example.org'],
    ['a long s', 'ſam@example.org', 'sam@example.org'],
    ['a sharp s', 'groß@example.org', 'gross@example.org'],
    ['an i with a dot, or without', 'İna@example.org', 'ina@example.org'],
    ['an i without a dot', 'ına@example.org', 'Ina@example.org'],
    ['another sigma', 'οδος@example.org', 'οδοσ@example.org'],
    ['a ligature', 'ﬀ@example.org', 'ff@example.org'],
  ])('are two with %s', (_what, one, other) => {
    expect(isSame(one, other)).toBe(false);
  });

  it('are two where they are subjects of an issuer that differ by case', () => {
    expect(isSame('account:aB@login.example.org', 'account:ab@login.example.org')).toBe(false);
    expect(isSame('Account:aB@login.example.org', 'account:aB@login.example.org')).toBe(true);
  });
});

describe('The key of a name', () => {
  it('is that of at most two letters, a capital and its small one', () => {
    const byKey = Map.groupBy(everyLetter(), identityKey);
    const several = [...byKey.values()].filter((letters) => letters.length > 1);
    expect(several.length).toBeGreaterThan(1000);
    for (const [capital = '', small = '', ...more] of several) {
      expect(more).toEqual([]);
      expect([capital.toLowerCase(), small.toUpperCase()].sort()).toEqual([capital, small].sort());
    }
  });

  it('is its own key, and one way to write the name', () => {
    fc.assert(
      fc.property(names, (name) => {
        const key = identityKey(name);
        expect(identityKey(key)).toBe(key);
        expect(identityKey(composedName(name))).toBe(key);
        expect(composedName(composedName(name))).toBe(composedName(name));
      }),
      { numRuns: 2000 },
    );
  });
});

function everyLetter(): string[] {
  const points = Array.from({ length: 0x10ffff }, (_, index) => index + 1);
  return points
    .filter((point) => point < 0xd800 || point > 0xdfff)
    .map((point) => String.fromCodePoint(point));
}
