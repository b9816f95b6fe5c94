/** Cuts a text so that it takes at most so many columns of a terminal. */
export function fitWidth(text: string, columns: number): string {
  let used = 0;
  let fitting = '';
  for (const { segment } of graphemes.segment(text.replaceAll('\t', ' '))) {
    used += wide.test(segment) ? 2 : 1;
    if (used > columns - 1) return `${fitting}…`;
    fitting += segment;
  }
  return fitting;
}

const graphemes = new Intl.Segmenter();
const wide =
  /\p{Emoji_Presentation}|\p{sc=Han}|\p{sc=Hangul}|\p{sc=Hiragana}|\p{sc=Katakana}|[\u3000-\u303f\uff00-\uff60]/u;
