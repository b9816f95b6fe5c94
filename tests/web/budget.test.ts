import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Chunk {
  file: string;
  isEntry?: boolean;
  imports?: string[];
}

const dist = 'web/dist/';
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>;

/** The files of a chunk and of all that it cannot start without. */
function filesOf(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (chunk === undefined || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const other of chunk.imports ?? []) filesOf(other, found);
  return found;
}

const views = Object.keys(manifest).filter((name) => /View\.tsx$/.test(name));

it.each(views)('The first load of %s is at most 130 kB of script, as brotli packs it', (view) => {
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
  const files = ['theme.js', ...filesOf(view, filesOf(entry))].filter((file) => file.endsWith('.js'));
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.map((file) => statSync(`${dist + file}.br`).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(130_000);
});
