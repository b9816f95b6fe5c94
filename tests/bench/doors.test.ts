import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** By what the bench reaches anything that may never answer, and the files that may use it: each puts a limit on it. */
const doors: Record<string, string[]> = {
  'node:child_process': ['bench/waits/processes.ts'],
  'node:events': [
    'bench/measure/connection.ts',
    'bench/waits/processes.ts',
    'bench/attacks/fromElsewhere.ts',
  ],
  'node:net': ['bench/measure/connection.ts', 'bench/waits/session.ts', 'bench/attacks/attack.ts'],
  'node:worker_threads': ['bench/attacks/attacker.ts', 'bench/attacks/fromElsewhere.ts'],
  'node:readline': ['bench/waits/processes.ts'],
  'node:timers/promises': ['bench/waits/within.ts'],
  pg: ['bench/waits/session.ts'],
  'playwright-core': ['bench/measure/visits.ts'],
  'client/index.ts': ['bench/servers/api.ts'],
  'database/database.ts': [
    'bench/benchmarks/embedded.ts',
    'bench/data/databases.ts',
    'bench/servers/closedServer.ts',
  ],
  'domain/access/sessions.ts': ['bench/servers/closedServer.ts'],
  'domain/trends/roll.ts': ['bench/data/databases.ts'],
  'tests/support/findBrowser.ts': ['bench/measure/visits.ts'],
  'tests/support/postgresServer.ts': ['bench/data/databases.ts'],
};

/** What else it imports from outside, none of which waits for anything. */
const harmless = [
  'node:crypto',
  'node:fs',
  'node:os',
  'node:path',
  'node:url',
  'node:util',
  'node:zlib',
  'contract/keyText.ts',
  'contract/protocol.ts',
  'contract/words/taskStatus.ts',
  'database/migrationFiles.ts',
  'domain/access/keyInput.ts',
  'domain/tasks/cursor.ts',
  'server/machine/bootstrapKey.ts',
  'tests/support/postgresAdmin.ts',
];

/** Programs that run in processes of their own: whoever starts them ends them at a limit. */
const programs = ['bareHttp', 'barePglite', 'bareSteps', 'commands', 'limit', 'ours'].map(
  (name) => `bench/servers/${name}.ts`,
);

const imports = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'bench/*.ts'])
  .toString()
  .split('\n')
  .filter((file) => file !== '' && !programs.includes(file))
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:from|import\() ?'([^']+)'/g)].map(([, name = '']) => ({
      file,
      from: name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
    })),
  )
  .filter(({ from }) => !from.startsWith('bench/'));

describe('What the bench may wait for', () => {
  it('is reached by the few files alone that put a limit on it', () => {
    const wrong = imports
      .filter(({ file, from }) => !harmless.includes(from) && !doors[from]?.includes(file))
      .map(({ file, from }) => `${file} imports ${from}`);
    expect(wrong).toEqual([]);
  });

  it('is waited for with the limit', () => {
    // The calls of the API are tested one by one.
    const files = [...new Set(Object.values(doors).flat())].filter((file) => file !== 'bench/servers/api.ts');
    const bare = files.flatMap((file) =>
      [
        ...readFileSync(file, 'utf8').matchAll(
          /\bawait (?:(?:once|openDatabase|startPostgres)|(?:client|database|child)\.\w+)\(/g,
        ),
      ].map(([text]) => `${file}: ${text}`),
    );
    expect(bare).toEqual([]);
  });
});
