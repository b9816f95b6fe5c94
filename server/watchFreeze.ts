import type { Freeze } from '../contract/freeze.ts';
import { freezeScope, readFreeze } from '../domain/freeze/freeze.ts';
import type { Store } from '../domain/store.ts';
import type { Logger } from './log.ts';
import { repeatedly } from './repeatedly.ts';

/** How often it is read again, in case nobody told of it. */
const everyMs = 2000;

/**
 * Keeps in memory whether the server is frozen, so that those who are told of it cost no statement: as it is now, at once
 * when it changes, and every two seconds. Nothing is kept from starting by it; that is for the database.
 */
export async function watchFreeze(
  store: Pick<Store, 'db' | 'work'>,
  log: Logger,
): Promise<{ known(): Freeze | null; stop(): Promise<void> }> {
  let known: Freeze | null = null;
  const read = async () => {
    const before = known;
    known = (await readFreeze(store.db)) ?? null;
    if (known && known.since !== before?.since)
      log.warn({ by: known.by, why: known.why }, 'The server is frozen: nothing starts until it is thawed');
    else if (known === null && before) log.info('The server is thawed');
  };
  await read();
  const reading = repeatedly(read, everyMs, (error) =>
    log.warn({ err: error }, 'Could not read whether the server is frozen'),
  );
  const forget = store.work.listen(freezeScope, reading.wake);
  return {
    known: () => known,
    async stop() {
      forget();
      await reading.stop();
    },
  };
}
