import fc from 'fast-check';

/** Letters that some rule somewhere takes for one another: by case, by accents, by compatibility, by their looks. */
const letters = [
  ...['a', 'A', 'ä', 'Ä', 'a\u0308', 'A\u0308', 'ａ', 'Ａ', 'а', 'А', 'å', 'Å', '\u212b'],
  ...['k', 'K', '\u212a', 'i', 'I', 'ı', 'İ', 'i\u0307', 's', 'S', 'ſ', 'ß', 'ẞ', 'ss', 'σ', 'ς', 'Σ'],
  ...[
    'ǰ',
    'J\u030c',
    'j\u030c',
    'ǆ',
    'ǅ',
    'Ǆ',
    'ﬀ',
    'ff',
    '1',
    '①',
    '𐐀',
    '𐐨',
    'ᾳ',
    'ᾼ',
    'θ',
    'ϴ',
    '가',
    '\u1100\u1161',
  ],
];

/** Names as they may come from anywhere, most of them short and of such letters. */
export const names = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...letters) },
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));

/** Two names that may be one, by some rule. */
export const pairs = fc.oneof(
  fc.tuple(names, names),
  fc
    .tuple(names, fc.constantFrom<(name: string) => string>(...ways()))
    .map(([name, way]): [string, string] => [name, way(name)]),
);

function ways() {
  return [
    (name: string) => name.toUpperCase(),
    (name: string) => name.toLowerCase(),
    (name: string) => name.normalize('NFD'),
    (name: string) => name.normalize('NFC'),
    (name: string) => name.normalize('NFKC'),
    (name: string) => name.normalize('NFD').toUpperCase(),
  ];
}
