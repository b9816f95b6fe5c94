import { growingPause } from '../../contract/growingPause.ts';
import { AskError } from '../data/askError.ts';
import { noteAnswer, noteProblem } from '../data/connection.ts';
import { RunChangedDocument } from '../generated/graphql.ts';
import type { LiveSource, SourceContext } from './events.ts';
import { readStream } from './stream.ts';

/** How often what one stream of a run does not tell is read again. */
const lookAgainMs = 30_000;

const pauses = { firstMs: 1000, longestMs: 30_000 };

/** Which run the tabs look at, and who wants to know when that changes. */
export interface RunWish {
  current(): string | undefined;
  follow(changed: () => void): () => void;
}

/**
 * Follows the run that is looked at, which is what the server has a subscription for, and has everything else read again
 * from time to time. A subscription to all changes takes the place of this file, and of nothing else.
 */
export function createRunSource(wish: RunWish): LiveSource {
  return async (context) => {
    const { signal, emit } = context;
    const timer = setInterval(() => emit({ type: 'gap' }), lookAgainMs);
    try {
      for (let failures = 0; !signal.aborted; ) {
        failures = (await followOnce(wish, context)) ? 0 : failures + 1;
        if (failures > 0) await pause(growingPause(pauses, failures - 1) * (0.5 + Math.random() / 2), signal);
      }
    } finally {
      clearInterval(timer);
    }
  };
}

/** Follows one run until another one is looked at or the stream breaks; says whether it went well. */
async function followOnce(wish: RunWish, { signal, emit, tell }: SourceContext): Promise<boolean> {
  const other = new AbortController();
  const stop = wish.follow(() => other.abort());
  const either = AbortSignal.any([signal, other.signal]);
  const runId = wish.current();
  try {
    if (runId === undefined) {
      tell('live');
      await ended(either);
      return true;
    }
    tell('connecting');
    await readStream(RunChangedDocument, { runId }, either, {
      onOpen() {
        noteAnswer();
        tell('live');
        emit({ type: 'gap' });
      },
      onData: ({ taskChanged: { id } }) =>
        emit({ type: 'changed', changes: [{ kind: 'task', id, version: Date.now() }] }),
    });
    return false;
  } catch (error) {
    if (either.aborted) return true;
    noteProblem(
      error instanceof AskError ? error : new AskError('offline', 'The stream broke.', { cause: error }),
    );
    return false;
  } finally {
    stop();
    other.abort();
    if (!signal.aborted) tell('connecting');
  }
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
