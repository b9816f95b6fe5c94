import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../support/databases.ts';
import { tempDir } from '../../support/tempDir.ts';

const entry = fileURLToPath(new URL('../../../orchestrator/nightshift.mjs', import.meta.url));

/** Runs a plan on a real terminal and gives all that came there; undefined where no terminal can be had. */
function runOnTerminal(TERM: string, DATABASE_URL: string): string | undefined {
  const directory = tempDir();
  const step = { task: 'a', cmd: ['node', ['-e', 'setTimeout(() => console.log(`done`), 400)']] };
  writeFileSync(join(directory, 'nightly.plan.mjs'), `export default ${JSON.stringify({ steps: [step] })};`);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TERM, DATABASE_URL };
  const args = ['-qefc', `${process.execPath} ${entry} run`, '/dev/null'];
  const { status, stdout } = spawnSync('script', args, { cwd: directory, env, encoding: 'utf8' });
  if (status === null) return undefined;
  expect(status).toBe(0);
  return stdout;
}

describe('A run on a terminal', () => {
  const database = useDatabase('postgres');

  it('moves its lines, and prints plain ones where the terminal can do nothing else', () => {
    const config = database.config();
    const url = 'url' in config ? config.url : '';
    const moved = runOnTerminal('xterm-256color', url);
    if (moved === undefined) return;
    expect(moved).toContain('\u001b[1G');
    const plain = runOnTerminal('dumb', url);
    expect(plain).not.toContain('\u001b');
    expect(plain).toContain('succeeded');
  });
});
