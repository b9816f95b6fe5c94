import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const mostFiles = 50_000;

/** Lists the files below a folder as paths with `/`, sorted; hidden ones, links and node_modules are left out. */
export async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  const waiting = [''];
  for (
    let inner = waiting.shift();
    inner !== undefined && files.length < mostFiles;
    inner = waiting.shift()
  ) {
    for (const entry of await readdir(join(folder, inner), { withFileTypes: true })) {
      if (entry.name === 'node_modules' || (entry.name.startsWith('.') && entry.name !== '.well-known'))
        continue;
      const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      if (entry.isFile()) files.push(path);
    }
  }
  return files.sort();
}
