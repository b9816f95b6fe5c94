import { growingPause } from '../../contract/growingPause.ts';
import { AskError } from '../data/askError.ts';
import { connection, noteAnswer, noteProblem, signedOut } from '../data/connection.ts';
import { PageChangesDocument } from '../generated/graphql.ts';
import type { SourceContext } from './events.ts';
import { createNewsFilter } from './newsFilter.ts';
import { readStream } from './stream.ts';

const pauses = { firstMs: 1000, longestMs: 30_000 };

/** Follows what changes at the server until the signal ends it, through breaks. One tab of a browser does so for all. */
export async function followChanges(context: SourceContext): Promise<void> {
  const { signal } = context;
  for (let failures = 0; !signal.aborted; failures += 1) {
    if (await followOnce(context)) failures = 0;
    await pause(growingPause(pauses, failures) * (0.5 + Math.random() / 2), signal);
  }
}

/** Follows one stream until it breaks; says whether it was there at all. */
async function followOnce({ signal, emit }: SourceContext): Promise<boolean> {
  const filter = createNewsFilter();
  let wasThere = false;
  try {
    await readStream(PageChangesDocument, {}, signal, {
      onOpen() {
        wasThere = true;
        noteAnswer();
      },
      onData({ changed: { readAgain, rows } }) {
        // The first event says so too: whatever happened before the stream was there was missed.
        if (readAgain) emit({ type: 'gap' });
        const changes = filter(rows);
        if (changes.length > 0) emit({ type: 'changed', changes });
      },
    });
  } catch (error) {
    if (signal.aborted) return wasThere;
    noteProblem(
      error instanceof AskError ? error : new AskError('offline', 'The stream broke.', { cause: error }),
    );
  }
  return wasThere;
}

/** Waits, no longer than until the server answers again or somebody signs in. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const doneWhere = (isWell: () => boolean) => () => isWell() && done();
    const stops = [
      connection.follow(doneWhere(() => connection.get() === 'there')),
      signedOut.follow(doneWhere(() => !signedOut.get())),
    ];
    signal.addEventListener('abort', done);
  });
}
