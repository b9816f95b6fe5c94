const limitMs = 20 * 60_000;

/** Waits for what a bench run needs; one that hangs ends with a word of what it waited for. */
export async function within<T>(what: string, wanted: Promise<T>, millis = limitMs): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Waited ${millis / 1000} s for ${what}.`)), millis);
  try {
    return await Promise.race([wanted, late]);
  } finally {
    clearTimeout(timer);
  }
}
