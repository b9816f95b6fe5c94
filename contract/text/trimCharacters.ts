/** Takes some characters off the end of a text; an expression such as `/\/+$/` takes time with the square of its length. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
