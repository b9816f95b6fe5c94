import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { spawnNode } from './spawnNode.ts';

const built = 'web/dist/index.html';

/** What the page is made of: its own files, and what it takes from other rooms. */
const sources = ['web', 'contract', 'client/eventStream.ts', 'package-lock.json'];

/** Builds the page where it is not built, or was before something that it is made of changed. */
export async function buildPageWhereStale(): Promise<void> {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...sources])
    .toString()
    .split('\n')
    .filter((file) => file !== '');
  const newest = Math.max(...files.map(changedAt));
  if (changedAt(built) > newest) return;
  const build = spawnNode(['web/prepare.ts']);
  const { code } = await build.ended();
  if (code !== 0) throw new Error(`The page could not be built:\n${build.stderr()}`);
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
