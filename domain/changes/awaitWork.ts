import type { WorkKind } from './newWork.ts';
import type { Place } from './place.ts';
import type { WantedWork, WorkSignal } from './workSignal.ts';

/** What a look for work has come to; `spent` says that its holder gets nothing any more. */
export type LookedFor<T> =
  | {
      found: T;
      /** The kind of the job that it took; none where it found what it had before. */
      took?: WorkKind;
    }
  | 'spent'
  | null;

/** How long somebody waits. */
export interface Patience {
  waitMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Looks for work, and again each time it is woken for some, at most for some time and until the signal says so. A look calls
 * `reach` before it takes a job.
 */
export async function awaitWork<T>(
  work: WorkSignal,
  wanted: WantedWork,
  { waitMs, signal }: Patience,
  look: (place: Pick<Place, 'reach'>) => Promise<LookedFor<T>>,
): Promise<T | null> {
  if (signal?.aborted) return null;
  const end = performance.now() + waitMs;
  const place = work.enter(wanted, signal);
  try {
    do {
      place.beginLook(end - performance.now());
      const looked = await look(place);
      if (looked === 'spent') return null;
      if (looked?.took) place.tookJob(looked.took);
      if (looked) return looked.found;
      place.sawNothing();
      // Whoever was not woken in all the time need not look once more: its next request does.
    } while (performance.now() < end && (await place.woken) && !signal?.aborted);
    return null;
  } finally {
    place.leave();
  }
}
