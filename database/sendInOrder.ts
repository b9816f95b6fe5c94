/**
 * Sends pieces of work of one pipelined transaction without waiting for answers in between, and resolves with what all of
 * them give. The database carries statements out in the order in which they are sent, so each piece finds what the first
 * statements of the pieces before it wrote; where a piece needs more than that, it must wait for it itself.
 */
export async function sendInOrder<T extends readonly unknown[]>(
  pieces: {
    readonly [Index in keyof T]: () => Promise<T[Index]> | T[Index];
  },
): Promise<T> {
  // An async function begins at once, and what a piece throws is the failure of its promise.
  const sent = pieces.map(async (piece) => piece());
  return (await Promise.all(sent)) as unknown as T;
}
