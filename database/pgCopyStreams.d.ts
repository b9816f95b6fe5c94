declare module 'pg-copy-streams' {
  import type { Readable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** A query that runs `COPY … TO STDOUT` and is read as a stream of its bytes. */
  export function to(statement: string): Submittable & Readable;
}
