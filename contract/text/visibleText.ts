const turnsText = /\p{Bidi_Control}/gu;

/** Writes a stranger's text so that nothing in it can turn the direction of writing unseen: such a character shows its number. */
export function visibleText(text: string): string {
  return text.replace(
    turnsText,
    (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}
