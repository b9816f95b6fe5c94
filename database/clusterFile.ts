import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** A directory, or a file of so many bytes; zeros at its end are left out. */
type Entry = { path: string } & ({ isDirectory: true } | { size: number; kept: number });

/** What says of a process that it has the files open; of no use in a copy. */
const ofOneProcess = new Set(['postmaster.pid', 'postmaster.opts']);

/** Puts the files of an embedded database that is closed into one compressed file with a checksum. */
export function packCluster(directory: string): Buffer {
  const entries: Entry[] = [];
  const contents: Buffer[] = [];
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()) {
    const from = join(directory, path);
    if (ofOneProcess.has(path)) continue;
    if (statSync(from).isDirectory()) entries.push({ path, isDirectory: true });
    else {
      const content = readFileSync(from);
      const kept = lengthWithoutZeros(content);
      entries.push({ path, size: content.length, kept });
      contents.push(content.subarray(0, kept));
    }
  }
  const list = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(list.length);
  return zstdCompressSync(Buffer.concat([length, list, ...contents]), {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  });
}

/** Writes what `packCluster` has packed into a new directory, for its owner alone. @throws when the bytes are damaged */
export function unpackCluster(packed: Uint8Array, directory: string): void {
  const bytes = zstdDecompressSync(packed);
  const begin = 4 + bytes.readUInt32BE();
  const entries = JSON.parse(bytes.toString('utf8', 4, begin)) as Entry[];
  mkdirSync(directory, { mode: 0o700 });
  let at = begin;
  for (const entry of entries) {
    const to = join(directory, entry.path);
    if ('isDirectory' in entry) mkdirSync(to, { mode: 0o700 });
    else {
      const content = bytes.subarray(at, at + entry.kept);
      at += entry.kept;
      const zeros = Buffer.alloc(entry.size - entry.kept);
      writeFileSync(to, zeros.length === 0 ? content : Buffer.concat([content, zeros]), { mode: 0o600 });
    }
  }
}

function lengthWithoutZeros(content: Buffer): number {
  let length = content.length;
  while (length > 0 && content[length - 1] === 0) length -= 1;
  return length;
}
