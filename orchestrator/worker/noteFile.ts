import { writeSync } from 'node:fs';
import { join } from 'node:path';
import type { NotedLease } from './events.ts';
import type { ProcessStamp } from './processStamp.ts';

/** What a worker notes of itself, so that its successor knows what it may conclude. */
export interface NoteHead {
  version: typeof noteForm;
  owner: ProcessStamp;
  /** Where it sees processes. */
  place: string;
  /** Which file its lock is on: in a copy of the directory its notes say nothing. */
  lock: string;
  /** The control group below which those of its attempts are. */
  cgroup: string | undefined;
  /** The cookie of those who start its commands. */
  starter: string;
}

/** What a worker notes of one request for work, and of the attempt that it came to. */
export interface LeaseNote {
  requestId: string;
  lease?: NotedLease;
  /** The cookie of its processes, from just before its command is started. */
  cookie?: string;
  /** The process that leads the group of the command, from just after that. */
  leader?: number;
}

/** The form of the notes. Whoever changes it takes the next number: workers of another version leave them alone. */
export const noteForm = 1;

/** One note has this many bytes of the file, so that it is written as a whole, in its place. The first is the head. */
const pageSize = 4096;

/** Where the workers of a data directory keep their notes. */
export function notesIn(dataDir: string): string {
  return join(dataDir, 'leases');
}

/** The files of one worker: the lock that says whether it lives, and its notes. */
export function noteFiles(directory: string, id: string): { lock: string; notes: string } {
  return { lock: join(directory, `${id}.lock`), notes: join(directory, `${id}.notes`) };
}

/** Writes a page; without content, the note that was there is none any more. @throws Error where it does not fit */
export function writePage(file: number, page: number, content?: object): void {
  const bytes = Buffer.from(`${content === undefined ? '' : JSON.stringify(content)}\n`);
  if (bytes.length > pageSize) throw new Error('the note is too long');
  writeSync(file, bytes, 0, bytes.length, page * pageSize);
}

/** Reads all pages; what is none is undefined. */
export function readPages(bytes: Buffer): (Record<string, unknown> | undefined)[] {
  return Array.from({ length: Math.ceil(bytes.length / pageSize) }, (_, index) => {
    const page = bytes.subarray(index * pageSize, (index + 1) * pageSize);
    const end = page.indexOf('\n');
    try {
      const value: unknown = end < 1 ? undefined : JSON.parse(page.toString('utf8', 0, end));
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
    } catch {
      return undefined;
    }
  });
}
