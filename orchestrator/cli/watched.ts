import type { Task } from '../../client/index.ts';
import type { Connection } from './connect.ts';

/** The server through which a run is watched; with `isReader`, one of this process that only reads and runs nothing. */
export type Watched = Pick<Connection, 'client' | 'kind' | 'outdated'> & { isReader?: boolean };

/** What a watch knows, and what ends it. */
export interface Watching {
  /** The tasks as they were printed last, by ID. */
  tasks: Map<number, Task>;
  /** What was printed already and is not repeated. */
  said: Set<string>;
  signal: AbortSignal;
  /** Aborted once nobody reads the output. */
  reader: AbortSignal;
}

/** The server that a command found or started to read by, as one to watch by. */
export function asWatched(connection: Connection): Watched {
  return { ...connection, isReader: connection.kind === 'embedded' };
}
