import type { LiveEvent, LiveSource } from './events.ts';
import { liveName } from './liveName.ts';

/** How a tab takes part. */
export interface Part {
  source: LiveSource;
  /** Hears what this tab's own source says while it leads. */
  emit(event: LiveEvent): void;
}

/**
 * Leads, by a lock that one tab holds at a time, while this tab can be seen and no other one leads: then its source runs. A tab that is hidden gives the lead away, so
 * that there is no stream while nobody looks. Where the browser has no locks, as on plain HTTP, each visible tab leads itself.
 * @returns what ends it
 */
export function takePart({ source, emit }: Part): () => void {
  let turn: AbortController | undefined;
  const onVisibility = () => {
    if (document.visibilityState === 'visible') begin();
    else end();
  };
  const begin = () => {
    if (turn !== undefined) return;
    turn = new AbortController();
    const { signal } = turn;
    const lead = () => source({ signal, emit });
    const led = 'locks' in navigator ? navigator.locks.request(liveName, { signal }, lead) : lead();
    led.catch((error: unknown) => {
      // The wait for the lock was given up.
      if (!signal.aborted) throw error;
    });
  };
  const end = () => {
    turn?.abort();
    turn = undefined;
  };
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    end();
  };
}
