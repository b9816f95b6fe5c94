import { ChangeWatch } from './changeWatch.ts';

/** Changes of so many milliseconds are told together, so that a row that changes again and again is told once. */
const gatherMs = 200;
/** More untold changes than this are told as a gap. */
const maxGathered = 10_000;

/** Those who watch the tasks of all runs in this process. The first change after a pause is told at once. */
export class ChangeWatches {
  readonly #watches = new Set<ChangeWatch>();
  readonly #gathered = new Set<number>();
  #hasGap = false;
  #timer: NodeJS.Timeout | undefined;
  #lastTold = Number.NEGATIVE_INFINITY;

  /** Opens a watch; `onEnd` is called once, when it is over. */
  open(onEnd: () => void): ChangeWatch {
    const watch = new ChangeWatch(() => {
      this.#watches.delete(watch);
      onEnd();
    });
    this.#watches.add(watch);
    return watch;
  }

  /** Takes note that a task has changed. */
  add(taskId: number): void {
    if (this.#watches.size === 0) return;
    this.#gathered.add(taskId);
    if (this.#gathered.size > maxGathered) this.gap();
    else this.#soon();
  }

  /** Takes note that changes may have been missed. */
  gap(): void {
    if (this.#watches.size === 0) return;
    this.#hasGap = true;
    this.#gathered.clear();
    this.#soon();
  }

  /** Ends every watch. */
  close(): void {
    clearTimeout(this.#timer);
    for (const watch of [...this.#watches]) watch.end();
  }

  #soon(): void {
    const pauseMs = Math.max(0, this.#lastTold + gatherMs - performance.now());
    this.#timer ??= setTimeout(() => this.#tell(), pauseMs);
  }

  #tell(): void {
    this.#timer = undefined;
    this.#lastTold = performance.now();
    const taskIds = [...this.#gathered];
    const hasGap = this.#hasGap;
    this.#gathered.clear();
    this.#hasGap = false;
    for (const watch of this.#watches) {
      if (hasGap) watch.gap();
      watch.push(taskIds);
    }
  }
}
