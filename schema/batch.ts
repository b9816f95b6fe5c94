/**
 * Collects the keys that are asked for in one turn of the event loop and loads each once, all with one call of
 * `load`, which answers in the order of its keys. Nothing is kept beyond that, so no answer is ever stale.
 */
export function createBatch<K, V>(load: (keys: K[]) => Promise<V[]>): (key: K) => Promise<V> {
  let batch: { keys: Map<K, number>; values: Promise<V[]> } | undefined;
  return async (key) => {
    batch ??= open();
    const { keys, values } = batch;
    const index = keys.get(key) ?? keys.size;
    keys.set(key, index);
    return (await values)[index] as V;
  };

  function open() {
    const keys = new Map<K, number>();
    const values = Promise.resolve().then(() => {
      batch = undefined;
      return load([...keys.keys()]);
    });
    return { keys, values };
  }
}
