import type { Change, LiveEvent } from './events.ts';

/** How soon after an event a view reads again; what else comes meanwhile is read with it. */
const gatherMs = 400;

/** What came together: the global ids that changed, and whether more may have. */
export interface News {
  ids: ReadonlySet<string>;
  isGap: boolean;
}

/** Gathers what a view hears, and tells it together. */
export interface Gatherer {
  hear(event: LiveEvent): void;
  /** Tells what has been gathered, where that waited for somebody to look. */
  look(): void;
  stop(): void;
}

/**
 * Tells news soon after they came, and once for what comes together. The next are told when those before have been read, and
 * no sooner than that took: a server that answers slowly is asked less, and no answer is given up for a newer one.
 */
export function gatherNews({
  tell,
  isWanted,
  isSeen,
}: {
  /** Reads again what the news are about; what it throws is left to it. */
  tell(news: News): unknown;
  isWanted(change: Change): boolean;
  /** Whether somebody looks at the view. */
  isSeen(): boolean;
}): Gatherer {
  let ids = new Set<string>();
  let isGap = false;
  let isBusy = false;
  let isOver = false;
  let pauseMs = gatherMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = async () => {
    timer = undefined;
    const news = { ids, isGap };
    ids = new Set();
    isGap = false;
    isBusy = true;
    const began = performance.now();
    const reading = async () => tell(news);
    await reading().catch(() => undefined);
    isBusy = false;
    pauseMs = Math.max(gatherMs, performance.now() - began);
    look();
  };
  const look = () => {
    if (isOver || isBusy || !isSeen() || !(isGap || ids.size > 0)) return;
    timer ??= setTimeout(flush, pauseMs);
  };
  return {
    hear(event) {
      if (event.type === 'gap') isGap = true;
      else for (const change of event.changes) if (isWanted(change)) ids.add(change.id);
      look();
    },
    look,
    stop() {
      clearTimeout(timer);
      isOver = true;
    },
  };
}
