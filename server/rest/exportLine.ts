import type { ServerResponse } from 'node:http';
import { RequestError } from '../http/requestError.ts';

/** How exports are bounded; times in milliseconds. */
export interface ExportLimits {
  /** How many are sent at once. @default 2 */
  atOnce: number;
  /** How many may wait for their turn. @default 20 */
  waiting: number;
  /** How long each may wait. @default 30000 */
  waitMs: number;
  /** A reader that takes less than `minBytes` in this time is ended. @default 30000 */
  progressMs: number;
  /** @default 65536 */
  minBytes: number;
}

const defaults: ExportLimits = {
  atOnce: 2,
  waiting: 20,
  waitMs: 30_000,
  progressMs: 30_000,
  minBytes: 64 * 1024,
};

/** The line of those who want an export: each holds a connection to the database, or megabytes of what was read ahead. */
export class ExportLine {
  readonly #limits: ExportLimits;
  #open = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: Partial<ExportLimits> = {}) {
    this.#limits = { ...defaults, ...limits };
  }

  /**
   * Resolves when it is the turn of an export; its place is free again when its answer has been sent or its caller has
   * left. A reader who takes next to nothing is ended.
   * @throws RequestError (503) when too many wait, or for too long
   */
  async enter(response: ServerResponse): Promise<void> {
    if (this.#open < this.#limits.atOnce) this.#open += 1;
    else await this.#wait(response);
    const watch = setInterval(progressWatch(response, this.#limits.minBytes), this.#limits.progressMs);
    const leave = () => {
      clearInterval(watch);
      const next = this.#waiting.shift();
      if (next === undefined) this.#open -= 1;
      else next();
    };
    if (response.closed) leave();
    else response.once('close', leave);
  }

  async #wait(response: ServerResponse): Promise<void> {
    const { waiting, waitMs } = this.#limits;
    if (this.#waiting.length >= waiting) throw busy();
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        clearTimeout(timer);
        const place = this.#waiting.indexOf(turn);
        if (place >= 0) this.#waiting.splice(place, 1);
        response.off('close', giveUp);
        reject(busy());
      };
      const timer = setTimeout(giveUp, waitMs);
      const turn = () => {
        clearTimeout(timer);
        response.off('close', giveUp);
        resolve();
      };
      this.#waiting.push(turn);
      response.once('close', giveUp);
    });
  }
}

/** Makes what ends a connection when less than so many bytes have left it since it was called before. */
function progressWatch(response: ServerResponse, minBytes: number): () => void {
  let before = Number.NEGATIVE_INFINITY;
  return () => {
    const { socket } = response;
    if (socket === null) return;
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength > 0 && taken - before < minBytes) socket.destroy();
    before = taken;
  };
}

function busy(): RequestError {
  return new RequestError(503, 'Other exports are in progress. Try again in 10 seconds.', 10);
}
