/**
 * Runs what has a time limit of its own beside something that never ends; the limit is doubled until it was enough for
 * what is to be done within it, which takes longer on a slow machine.
 */
export async function withEnoughTime<T>(
  firstMs: number,
  run: (limitMs: number) => Promise<T>,
  wasEnough: (result: T) => boolean,
): Promise<{ result: T; limitMs: number }> {
  for (let limitMs = firstMs; ; limitMs *= 2) {
    const result = await run(limitMs);
    if (wasEnough(result)) return { result, limitMs };
  }
}
