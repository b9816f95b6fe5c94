/**
 * Notices when a connection gives no answer in time. It has one timer, which is set anew when it fires too early: a
 * timer for each statement would keep the rows of answered ones in memory long enough to be copied by the garbage
 * collector, which costs a quarter of the throughput.
 */
export class AnswerWatch {
  readonly #onSilence: () => void;
  #open = 0;
  #deadline = 0;
  #isSet = false;
  /** Milliseconds that the overdue statement had; null while none is overdue. */
  overdue: number | null = null;
  #limit = 0;

  constructor(onSilence: () => void) {
    this.#onSilence = onSilence;
  }

  /** A statement was sent, and must be answered within `limit` milliseconds. */
  began(limit: number): void {
    this.#open += 1;
    this.#limit = limit;
    this.#deadline = Math.max(this.#deadline, performance.now() + limit);
    if (!this.#isSet) this.#set(limit);
  }

  /** A statement was answered, or failed. */
  ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#deadline = 0;
  }

  #set(millis: number): void {
    this.#isSet = true;
    setTimeout(() => this.#check(), millis).unref();
  }

  #check(): void {
    this.#isSet = false;
    if (this.#open === 0) return;
    const left = this.#deadline - performance.now();
    if (left > 0) this.#set(Math.ceil(left));
    else {
      this.overdue = this.#limit;
      this.#onSilence();
    }
  }
}
