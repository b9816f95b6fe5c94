import { randomUUID } from 'node:crypto';
import { evaluateInThreads } from './inThreads.ts';

/** Where the embedded database keeps its flags: what WebAssembly's memory holds, and at which places. */
export interface Flags {
  wasmMemory: { buffer: ArrayBufferLike };
  _QueryCancelPending: number;
  _InterruptPending: number;
}

/** Lets the statement that a thread executes be cancelled from outside the thread, which takes no message meanwhile. */
export interface Cancelling {
  /** Executes something that can be cancelled. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** The name under which a thread has what cancels its statement. */
const globalName = 'nightshiftCancel';

/** A word by which one database is told from the others in threads of the same process. */
export const newToken = randomUUID;

/** Makes the statements of this thread's database ones that can be cancelled, by whoever knows the token. */
export function allowCancelling(token: string, flags: Flags): Cancelling {
  let isExecuting = false;
  let isCancelled = false;
  const set = (value: 0 | 1) => {
    const memory = new Int32Array(flags.wasmMemory.buffer);
    memory[flags._QueryCancelPending / 4] = value;
    memory[flags._InterruptPending / 4] = value;
  };
  const cancel = (asked: string) => {
    if (asked !== token || !isExecuting) return;
    isCancelled = true;
    set(1);
  };
  Object.assign(globalThis, { [globalName]: cancel });
  return {
    async during(work) {
      isExecuting = true;
      try {
        return await work();
      } finally {
        isExecuting = false;
        // One that came to its end first must not have the next one cancelled.
        if (isCancelled) set(0);
        isCancelled = false;
      }
    },
  };
}

/** Cancels what the database of a token executes, as PostgreSQL does; says whether that could be asked. */
export function cancelStatement(token: string): boolean {
  try {
    evaluateInThreads(`globalThis.${globalName}?.('${token}')`, settledAfterMillis);
    return true;
  } catch {
    return false;
  }
}

const settledAfterMillis = 5000;
