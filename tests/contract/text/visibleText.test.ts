import { expect, it } from 'vitest';
import { visibleText } from '../../../contract/text/visibleText.ts';

it('A text of a stranger turns the direction of nothing unseen', () => {
  expect(visibleText('a\u202eb\u2066c\u061cd\u200fe')).toBe('a[U+202E]b[U+2066]c[U+061C]d[U+200F]e');
  expect(visibleText('בדיקה é 中')).toBe('בדיקה é 中');
});
