const mostCharacters = 60_000;

/** Splits paths into groups that fit on a command line of every operating system. */
export function inChunks(paths: readonly string[]): string[][] {
  const chunks: string[][] = [[]];
  let characters = 0;
  for (const path of paths) {
    characters += path.length + 3;
    if (characters > mostCharacters) {
      chunks.push([]);
      characters = path.length + 3;
    }
    chunks.at(-1)?.push(path);
  }
  return chunks.filter((chunk) => chunk.length > 0);
}
