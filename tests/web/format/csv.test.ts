import { expect, it } from 'vitest';
import { writeCsv } from '../../../web/format/csv.ts';
import { visibleText } from '../../../web/format/visibleText.ts';

it('A CSV quotes what it must, and gives a spreadsheet no formula', () => {
  expect(
    writeCsv(
      ['a', 'b'],
      [
        ['x,y', 'say "hi"'],
        ['=1+1', '-2'],
        ['@x', '\tz'],
        ['a\nb', '＝1'],
      ],
    ),
  ).toBe(`a,b\r\n"x,y","say ""hi"""\r\n'=1+1,'-2\r\n'@x,'\tz\r\n"a\nb",'＝1\r\n`);
});

it('A text of a stranger turns the direction of nothing unseen', () => {
  expect(visibleText('a\u202eb\u2066c\u061cd\u200fe')).toBe('a[U+202E]b[U+2066]c[U+061C]d[U+200F]e');
  expect(visibleText('בדיקה é 中')).toBe('בדיקה é 中');
});
