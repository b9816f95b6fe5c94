import { canonicalLink, decodePlain } from './pullLinks.ts';

/** Finds the first pull request that a text names, on whatever host, in its one form. */
export function findPull(text: string): string | undefined {
  return addressesIn(text).flatMap((address) => pullAtStart(address) ?? [])[0];
}

/** Cuts a text before each address in it, also where one follows the other at once or JSON has escaped the slashes. */
export function addressesIn(text: string): string[] {
  // Most lines have none, and commands print them by the million.
  if (!/https?:/i.test(text)) return [];
  const plain = text.replace(/\\{1,4}(?:\/|u002f)/gi, '/');
  return plain.split(/(?=https?:\/\/)/i).filter((part) => /^https?:\/\//i.test(part));
}

/**
 * Reads the pull request with whose address a text begins, in its one form. What follows the number is no part of the
 * link, whatever it is; but a letter or a digit makes it another name.
 */
export function pullAtStart(text: string): string | undefined {
  const form = /^https?:\/\/[^\s/?#<>"'`\\]+\/[\w.-]+\/[\w.-]+\/pull\/\d+(?!_*[a-z0-9])/i;
  const [written] = form.exec(decodePlain(text)) ?? [];
  return written === undefined ? undefined : canonicalLink(written);
}
