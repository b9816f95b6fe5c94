import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer } from '../support/server.ts';

const root = new URL('../../../', import.meta.url);
const entry = new URL('orchestrator/nightshift.mjs', root);

/** Writes the address of each file that the process loads into a file. */
const traced = `data:text/javascript,${encodeURIComponent(`import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { appendFileSync(process.env.LOADED, url + '\\n'); return next(url, context); } });`)}`;

/** The files that a worker of a server has loaded when it begins to work; those of ours from the root, libraries by their names. */
async function loadedBy(args: readonly string[], url: string, directory: string) {
  const loaded = join(tempDir(), 'loaded.txt');
  const child = spawnNode(
    ['--import', traced, entry.pathname, ...args],
    { NIGHTSHIFT_DATA: tempDir(), API_BASE: url, LOADED: loaded },
    directory,
  );
  onTestFinished(() => child.kill('SIGKILL'));
  await expect.poll(child.stderr).toMatch(/ takes tasks of |error/);
  await child.kill();
  const urls = readFileSync(loaded, 'utf8').match(/^file:.*$/gm) ?? [];
  return urls.map(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? url.replace(root.href, ''),
  );
}

/** By these a data directory is closed to others, and the server found that runs on it. */
const aboutDataDirectory = [
  'database/dataDirectory.ts',
  'database/errors.ts',
  'database/lock.ts',
  'database/processes.ts',
  'database/schemaName.ts',
  'database/systemLock.ts',
  'server/machine/announcement.ts',
];

describe('The process of a worker', () => {
  it('loads nothing of the server, of its database or of its libraries', async () => {
    const directory = tempDir();
    const file = join(directory, 'one.plan.mjs');
    writeFileSync(file, `export default { name: 'one', steps: [{ task: 't', cmd: ['true'] }] };`);
    const server = await startTestServer();
    const loaded = await loadedBy(['worker', 'one'], server.url, directory);
    await server.close();
    expect(loaded).toContain('orchestrator/worker/worker.ts');
    expect(loaded.filter((name) => name.startsWith(pathToFileURL(file).href))).not.toEqual([]);
    const ours = loaded.filter((name) => /^(server|schema|domain|prisma|database)\//.test(name));
    expect(ours.sort()).toEqual(aboutDataDirectory);
    const heavy =
      /^(@prisma\/.*|@electric-sql\/.*|@pothos\/.*|@graphql-yoga\/.*|graphql-yoga|fastify|pg|pg-boss|octokit|undici|nodemailer|prom-client)$/;
    expect([...new Set(loaded.filter((name) => heavy.test(name)))]).toEqual([]);
  });
});
