/** Ends a watch when what its reader proved itself by works no more. */
export function until<T>(
  ended: AbortSignal | undefined,
  watch: AsyncIterableIterator<T>,
): AsyncIterableIterator<T> {
  if (ended === undefined) return watch;
  const end = () => void watch.return?.();
  ended.addEventListener('abort', end, { once: true });
  if (ended.aborted) end();
  return {
    next: () => watch.next(),
    async return() {
      ended.removeEventListener('abort', end);
      await watch.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
