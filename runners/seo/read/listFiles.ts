import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const mostFiles = 50_000;

/** The files below a folder, as paths with `/`, and the folders in it that cannot be read. */
export interface FileList {
  files: string[];
  unread: string[];
}

/** Lists the files below a folder, sorted; hidden ones, links and node_modules are left out. */
export async function listFiles(folder: string): Promise<FileList> {
  const files: string[] = [];
  const unread: string[] = [];
  const waiting = [''];
  for (
    let inner = waiting.shift();
    inner !== undefined && files.length < mostFiles;
    inner = waiting.shift()
  ) {
    // A name that is not UTF-8 comes as another one, under which nothing is.
    const entries = await readdir(join(folder, inner), { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) unread.push(inner || '.');
    for (const entry of entries?.filter(isWanted) ?? []) {
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      if (entry.isFile()) files.push(path);
    }
  }
  return { files: files.sort(), unread };
}

function isWanted({ name }: Dirent): boolean {
  return name !== 'node_modules' && (!name.startsWith('.') || name === '.well-known');
}
