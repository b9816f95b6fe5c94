import { relative } from 'node:path';

/** Writes the path of a file for people: relative to the directory in which they are, unless it lies outside. */
export function shownPath(path: string, directory = process.cwd()): string {
  const short = relative(directory, path);
  return short === '' || short.startsWith('..') ? path : short;
}
