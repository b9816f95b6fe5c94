import type { Task } from '../../client/index.ts';
import type { Connection } from './connect.ts';

/** The server by which a run is watched; one of this process that only reads carries nothing on. */
export type Watched = Pick<Connection, 'client' | 'kind' | 'outdated'> & { isReader?: boolean };

/** What a watch knows, and what ends it. */
export interface Watching {
  /** The tasks as they were told last, by their numbers. */
  tasks: Map<number, Task>;
  /** What was said already and is not said again. */
  said: Set<string>;
  signal: AbortSignal;
  /** Aborted once nobody reads what is said. */
  reader: AbortSignal;
}

/** The server that a command found or started to read by, as one to watch by. */
export function asWatched(connection: Connection): Watched {
  return { ...connection, isReader: connection.kind === 'embedded' };
}
