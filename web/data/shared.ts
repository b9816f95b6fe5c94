import { useSyncExternalStore } from 'react';

/** A value that any part of the page can read, set and follow. */
export interface Shared<T> {
  get(): T;
  set(value: T): void;
  /** Calls back after each change, until what it returns is called. */
  follow(changed: () => void): () => void;
}

/** Makes a value that parts of the page share. */
export function shared<T>(first: T): Shared<T> {
  let value = first;
  const followers = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const tell of followers) tell();
    },
    follow(changed) {
      followers.add(changed);
      return () => followers.delete(changed);
    },
  };
}

/** Reads a shared value in a component, which is drawn again when it changes. */
export function useShared<T>({ follow, get }: Shared<T>): T {
  return useSyncExternalStore(follow, get);
}
