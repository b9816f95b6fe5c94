import { expect, it } from 'vitest';
import { writeCsv } from '../../../web/format/csv.ts';

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
