/** Names of ASCII are written in one way. */
const ascii = /^[\0-\x7f]*$/;

/** How an account is named of which nobody has verified an address: by its subject and its issuer. */
const accountName = /^account:(.*)$/is;

/**
 * Writes a name, an address or a login of somebody as it is compared: by policies, by settings, and in the columns by which
 * the database finds people. The server alone does this, since databases differ by their locale. The rule:
 *
 * 1. A letter with an accent is the same however it is put together (Unicode's NFC).
 * 2. A capital letter is the same as its small one where the two are a pair in both directions, as `Ä` and `ä` are.
 * 3. All else is held apart, since an issuer may hold it apart: what only looks alike or reads alike (`ａ` and `a`, `ß` and
 *    `ss`, as NFKC and case folding would have it), and a letter for which Unicode has another one, such as the Kelvin sign.
 * 4. `account:` and a subject differ by case, as subjects do.
 */
export function identityKey(name: string): string {
  const [, subject] = accountName.exec(name) ?? [];
  if (subject !== undefined) return `account:${subject}`;
  if (ascii.test(name)) return name.toLowerCase();
  return composedName(smallLetters(composedName(name)));
}

/** Says whether two names are of the same person. */
export function isSame(one: string, other: string): boolean {
  return identityKey(one) === identityKey(other);
}

/**
 * Puts letters and their accents together as Unicode's NFC does, so that a name is stored in one way. A letter for which NFC
 * has another single one stays what it is: `K` (the Kelvin sign) would become a `K`, and somebody else.
 */
export function composedName(name: string): string {
  if (ascii.test(name)) return name;
  let composed = '';
  let run = '';
  for (const character of name) {
    if (isOther(character)) {
      composed += run.normalize('NFC') + character;
      run = '';
    } else run += character;
  }
  return composed + run.normalize('NFC');
}

function isOther(character: string): boolean {
  const normal = character.normalize('NFC');
  return normal !== character && [...normal].length === 1;
}

/** Letter by letter, so that neither a place in a word nor a language counts. */
function smallLetters(name: string): string {
  let small = '';
  for (const character of name) {
    const lower = character.toLowerCase();
    small += lower.toUpperCase() === character ? lower : character;
  }
  return small;
}
