import { Session } from 'node:inspector';

/** The inspector's messages about threads, which its types do not know. */
interface Threads {
  on(event: string, listener: (message: { params: { sessionId: string } }) => void): void;
  post(method: string, params: object): void;
}

/**
 * Evaluates an expression in every thread of this process, also in one that is busy in WebAssembly and takes no message:
 * the inspector interrupts it for that. Where there is no inspector it throws.
 */
export function evaluateInThreads(expression: string, withinMillis: number): void {
  const session = new Session();
  session.connect();
  const threads = session as unknown as Threads;
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
  threads.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) =>
    threads.post('NodeWorker.sendMessageToWorker', { sessionId, message }),
  );
  threads.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  setTimeout(() => session.disconnect(), withinMillis).unref();
}
