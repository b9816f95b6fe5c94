import { kindKey, type WorkKind } from './newWork.ts';

/** Why somebody looks for work: for one new job of a kind, or because there may be work for those of its line. */
export type Wake = { kind: WorkKind } | 'line';

/** The line in which a place is, as far as its holder needs it. */
export interface Line {
  /** Stands in line for some time; `onOver` hears once why that is over: by a wake, or without one. Gives what leaves it. */
  stand(forMs: number, onOver: (wake: Wake | undefined) => void): () => void;
  /** Passes a wake on: one to whoever has waited longest of those whom it concerns. */
  passOn(wake: Wake): void;
  /** Lets others look, whatever they want. */
  wakeAll(): void;
}

/**
 * The place of one who waits for work. It keeps account of the wakes that it gets, since each stands for a job: a wake
 * whose holder goes without having looked is passed on, and after a look that failed with a job in its hands all others
 * look, so that no job is left to nobody.
 */
export class Place {
  readonly #line: Line;
  #leaveLine: () => void = () => undefined;
  #over = Promise.withResolvers<boolean>();
  #came: Wake | undefined;
  #looksFor: Wake | undefined;
  #isLooking = false;
  #mayHold = false;

  constructor(line: Line) {
    this.#line = line;
  }

  /** Stands in line, at most for some time. Call it before each look, so that no job slips through between look and wait. */
  beginLook(forMs: number): void {
    this.#leaveLine();
    this.#looksFor = this.#came;
    this.#came = undefined;
    this.#isLooking = true;
    this.#mayHold = false;
    const over = Promise.withResolvers<boolean>();
    this.#over = over;
    this.#leaveLine = this.#line.stand(forMs, (wake) => {
      this.#came = wake;
      over.resolve(wake !== undefined);
    });
  }

  /** From now on the look may have a job in its hands, so that others do not see it. */
  reach(): void {
    this.#mayHold = true;
  }

  /**
   * The look has taken a job. Who was woken for one of another kind passes that on, and who was woken without knowing what
   * there is, that there may be more: to two others.
   */
  tookJob(kind: WorkKind): void {
    this.#isLooking = false;
    const looksFor = this.#looksFor;
    if (looksFor === undefined) return;
    if (looksFor !== 'line') {
      if (kindKey(looksFor.kind) !== kindKey(kind)) this.#line.passOn(looksFor);
      return;
    }
    this.#line.passOn('line');
    this.#line.passOn('line');
  }

  /** The look has found that there is no job. */
  sawNothing(): void {
    this.#isLooking = false;
  }

  /** Resolves when its holder should look again (true), or has waited long enough. */
  get woken(): Promise<boolean> {
    return this.#over.promise;
  }

  /** Leaves the line for good. What it was woken for and did not see to goes to others. */
  leave(): void {
    this.#leaveLine();
    if (this.#isLooking && this.#mayHold) this.#line.wakeAll();
    else if (this.#isLooking && this.#looksFor !== undefined) this.#line.passOn(this.#looksFor);
    if (this.#came !== undefined) this.#line.passOn(this.#came);
    this.#isLooking = false;
    this.#came = undefined;
  }
}
