import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { JournalEntry } from './entry.ts';

/** The reports that the server has not acknowledged, on disk, one file a task. */
export interface Journal {
  /** Puts an entry to disk before it returns; one of the same key is replaced whole or not at all. */
  write(entry: JournalEntry): void;
  remove(key: string): void;
  /** Sets an entry aside that the server will never take, with the reason, in `refused/`. */
  refuse(entry: JournalEntry, reason: string): void;
  /** All entries, oldest first; files that are none are left alone. */
  read(): JournalEntry[];
}

/** Opens the journal of a data directory, making it if need be. */
export function openJournal(dataDir: string): Journal {
  const directory = join(dataDir, 'journal');
  mkdirSync(directory, { recursive: true });
  return {
    write: (entry) => writeDurably(directory, fileName(entry.key), entry),
    remove: (key) => rmSync(join(directory, fileName(key)), { force: true }),
    refuse(entry, reason) {
      const refused = join(directory, 'refused');
      mkdirSync(refused, { recursive: true });
      writeDurably(refused, fileName(entry.key), { ...entry, refusedBecause: reason });
      rmSync(join(directory, fileName(entry.key)), { force: true });
    },
    read: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => readEntry(join(directory, name)))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

/** Written beside, brought to disk, renamed, and the rename brought to disk. */
function writeDurably(directory: string, name: string, value: object): void {
  const path = join(directory, name);
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, `${JSON.stringify(value)}\n`, { flush: true, mode: 0o600 });
  renameSync(draft, path);
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readEntry(path: string): JournalEntry[] {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as JournalEntry;
    return value?.version === 1 && typeof value.key === 'string' ? [value] : [];
  } catch {
    return [];
  }
}

// Keys hold characters that no file name may hold; the hash keeps two apart that look alike without them.
function fileName(key: string): string {
  const readable = key.replace(/[^\w.-]+/g, '_').slice(0, 100);
  return `${readable}.${createHash('sha256').update(key).digest('hex').slice(0, 12)}.json`;
}
