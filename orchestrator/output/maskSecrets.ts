/** Replaces secrets in a stream of text, also those that are split between two chunks. */
export interface SecretMasker {
  push(text: string): string;
  /** What was held back, once no more text comes. */
  end(): string;
}

export const mask = '***';

/** Says which texts to mask for some secret values: the values, each line of those with several, their URL and Base64 forms. */
export function secretTexts(values: readonly (string | undefined)[]): string[] {
  const texts = values
    .flatMap((value) => (value ? [value, ...value.split(/\r?\n/)] : []))
    .map((value) => value.trim())
    // Shorter ones would blank out half of a log and protect nothing.
    .filter((value) => value.length >= 6)
    .flatMap((value) => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')]);
  return [...new Set(texts)];
}

/** Replaces every occurrence of the secrets in a text that is whole. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const masker = createSecretMasker(secrets);
  return masker.push(text) + masker.end();
}

/** Makes a masker; text that may be the beginning of a secret is held back until it is known. */
export function createSecretMasker(secrets: readonly string[]): SecretMasker {
  let held = '';
  // How much of the held text belongs to a secret already, and whether its mask was written.
  let covered = 0;
  let masking = false;

  const write = (text: string, last: boolean) => {
    const whole = held + text;
    const runs = findRuns(whole, secrets, covered);
    const cut = last ? whole.length : whole.length - heldLength(whole, secrets);
    let output = '';
    let position = 0;
    for (const [start, end] of runs) {
      if (start >= cut) break;
      if (start > position) masking = false;
      output += whole.slice(position, start);
      if (!masking) output += mask;
      masking = true;
      position = Math.min(end, cut);
    }
    if (position < cut) masking = false;
    output += whole.slice(position, cut);
    covered = Math.max(0, ...runs.filter(([start]) => start <= cut).map(([, end]) => end - cut));
    held = whole.slice(cut);
    return output;
  };
  return { push: (text) => write(text, false), end: () => write('', true) };
}

/** Finds the stretches that secrets cover, overlapping ones joined, in order. */
function findRuns(text: string, secrets: readonly string[], covered: number): [number, number][] {
  const found: [number, number][] = covered > 0 ? [[0, covered]] : [];
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
      found.push([at, at + secret.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0]);
  const runs: [number, number][] = [];
  for (const run of found) {
    const previous = runs.at(-1);
    if (previous && run[0] <= previous[1]) previous[1] = Math.max(previous[1], run[1]);
    else runs.push(run);
  }
  return runs;
}

/** How many characters at the end may be the beginning of a secret. */
function heldLength(text: string, secrets: readonly string[]): number {
  let longest = 0;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(secret.slice(0, length))) longest = length;
    }
  }
  return longest;
}
