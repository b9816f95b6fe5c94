import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Everything that is generated and committed. */
const committed = [
  'schema.graphql',
  'client/generated',
  'web/generated',
  'contract/plan/definition.ts',
  'docs',
];

const before = read();
const { status } = spawnSync('npm', ['run', '--silent', 'generate'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const after = read();
const stale = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
for (const file of stale) console.error(`${file} was out of date and is regenerated: commit it.`);
process.exitCode = status !== 0 || stale.length > 0 ? 1 : 0;

function read(): Map<string, string> {
  const files = committed.flatMap((path) =>
    path.includes('.')
      ? [path]
      : readdirSync(path, { recursive: true, encoding: 'utf8', withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${entry.parentPath}/${entry.name}`),
  );
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
}
