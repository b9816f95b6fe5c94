import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'])
  .toString()
  .split('\n')
  .filter((file) => file !== '' && !/^(examples|tests\/fixtures)\//.test(file));
const sources = files.filter((file) => !/^(tests|bench)\/|\.d\.ts$/.test(file));

/** Which rooms each room may import from; its own it always may. */
const allowed: Record<string, string[]> = {
  contract: [],
  prisma: [],
  database: ['contract', 'prisma'],
  domain: ['contract', 'prisma', 'database'],
  schema: ['contract', 'prisma', 'database', 'domain'],
  channels: ['contract'],
  server: ['contract', 'prisma', 'database', 'domain', 'schema', 'channels'],
  client: ['contract'],
  orchestrator: ['contract', 'client', 'channels'],
  runners: ['contract'],
  web: ['contract', 'client'],
};

/**
 * The parts of a room from the ground up: its folders, and the files beside them. Each imports only those before it, so
 * that nothing goes in a circle.
 */
const orders: Record<string, string[]> = {
  domain: [
    'input',
    'bounds',
    'tasks',
    'changes',
    'audit',
    'plans',
    'queue',
    'store.ts',
    'access',
    'runs',
    'failures',
    'freeze',
    'notifications',
    'engine',
    'approvals',
    'pulls',
    'reporting',
    'schedule',
    'retention',
    'metrics',
    'trends',
  ],
  channels: ['messages', 'outbound', 'post.ts', 'sender.ts', 'writeMail.ts', 'senders', 'openSenders.ts'],
  server: [
    'log.ts',
    'repeatedly.ts',
    'settings',
    'config.ts',
    'access',
    'http',
    'metrics',
    'graphql',
    'rest',
    'pages',
    'approvals',
    'pulls',
    'signIn',
    'notifications',
    'machine',
    'openAccess.ts',
    'newerSchema.ts',
    'plainHttp.ts',
    'policyProblems.ts',
    'warnOfUnknownPlans.ts',
    'watchFreeze.ts',
    'retention.ts',
    'sweeper.ts',
    'trends.ts',
    'routes.ts',
    'buildServer.ts',
    'duties.ts',
    'runningServer.ts',
    'openStore.ts',
    'runServer.ts',
    'server.ts',
    'prepareCluster.ts',
  ],
  orchestrator: [
    'terminal.ts',
    'keyFile.ts',
    'config.ts',
    'text',
    'files',
    'output',
    'plan',
    'plan.ts',
    'outcome',
    'command',
    'project',
    'schedule',
    'attempt',
    'worker',
    'notify',
    'run',
    'progress',
    'cli',
    'nightshift.ts',
  ],
  web: [
    'vite.config.ts',
    'prepare.ts',
    'generated',
    'texts',
    'data',
    'live',
    'format',
    'parts',
    'shell',
    'runs',
    'tasks',
    'tonight',
    'approvals',
    'settings',
    'plans',
    'trends',
    'routes.tsx',
    'main.tsx',
  ],
};

/** The one file that joins the orchestrator with the server, to start an embedded one. */
const joint = 'orchestrator/nightshift.ts';

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The files of ours that a file imports. */
function neighboursOf(file: string): string[] {
  return importsOf(file)
    .filter((target) => target.startsWith('.'))
    .map((target) => normalize(join(dirname(file), target)));
}

/** The folder of a room that a file lies in, or the file itself where it lies beside the folders. */
function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Groups of files of which each leads to each other by imports. */
function findKnots(): string[][] {
  const imports = new Map(files.map((file) => [file, neighboursOf(file)]));
  const reached = new Map(files.map((file) => [file, reach(file, imports)]));
  const knot = (file: string) =>
    [...(reached.get(file) ?? [])].filter((other) => reached.get(other)?.has(file)).sort();
  const found = files.filter((file) => reached.get(file)?.has(file)).map(knot);
  return [...new Map(found.map((group) => [group.join(), group])).values()];
}

/** Every file that one leads to by imports; itself only by way of another. */
function reach(start: string, imports: ReadonlyMap<string, string[]>): Set<string> {
  const found = new Set<string>();
  const waiting = [...(imports.get(start) ?? [])];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    waiting.push(...(imports.get(file) ?? []));
  }
  return found;
}

function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : '';
}

function filesThat(test: (file: string) => boolean): string[] {
  return sources.filter(test).sort();
}

describe('The architecture', () => {
  it('lets no room import one that stands right of it', () => {
    const wrong = sources.flatMap((file) => {
      const rooms = allowed[roomOf(file)];
      if (rooms === undefined || file === joint) return [];
      return importsOf(file)
        .filter((target) => target.startsWith('.'))
        .map((target) => roomOf(normalize(join(dirname(file), target))))
        .filter((room) => room !== roomOf(file) && !rooms.includes(room))
        .map((room) => `${file} imports ${room}`);
    });
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(orders))(
    'has an order of the parts of %s, and each imports only those before it',
    (room, order) => {
      const own = sources.filter((file) => roomOf(file) === room);
      const parts = [...new Set(own.map(partOf))];
      expect(parts.filter((part) => !order.includes(part))).toEqual([]);
      const wrong = own.flatMap((file) =>
        neighboursOf(file)
          .filter((target) => roomOf(target) === room)
          .filter((target) => order.indexOf(partOf(target)) > order.indexOf(partOf(file)))
          .map((target) => [`${room}/${partOf(file)} imports ${partOf(target)}`, file] as const),
      );
      expect(wrong).toEqual([]);
    },
  );

  it('keeps GraphQL’s own library and Node’s out of the page', () => {
    const heavy = /^(graphql|graphql-request|node:)/;
    expect(
      filesThat(
        (file) =>
          roomOf(file) === 'web' &&
          !/^web\/(vite\.config|prepare)\.ts$/.test(file) &&
          importsOf(file).some((name) => heavy.test(name)),
      ),
    ).toEqual([]);
  });

  it('has no files that import each other in a circle', () => {
    expect(findKnots()).toEqual([]);
  });

  it('takes escape sequences out with the one linear stripper', () => {
    expect(filesThat((file) => /stripVTControlCharacters/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('keeps GraphQL and HTTP out of the domain', () => {
    const outside = /^(node:https?|graphql|@pothos|graphql-yoga|fastify)/;
    expect(
      filesThat((file) => roomOf(file) === 'domain' && importsOf(file).some((name) => outside.test(name))),
    ).toEqual([]);
  });

  it('reads process.env in one file only, beside what builds', () => {
    const readers = filesThat((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers).toEqual(['contract/environment/environment.ts', 'prisma.config.ts', 'web/prepare.ts']);
  });

  it('speaks to the embedded database in one file and to the driver in one', () => {
    expect(
      filesThat((file) => importsOf(file).some((name) => name.startsWith('@electric-sql/pglite'))),
    ).toEqual(['database/pgliteWorker.ts']);
    expect(filesThat((file) => importsOf(file).includes('pg'))).toEqual(['database/driver.ts']);
  });

  it('has no file of the client or the orchestrator that needs a database', () => {
    const database = /^(pg|@prisma|@electric-sql|pg-boss)/;
    const wrong = filesThat(
      (file) =>
        ['contract', 'channels', 'client', 'orchestrator', 'runners', 'web'].includes(roomOf(file)) &&
        importsOf(file).some((name) => database.test(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('gives no test a time limit of its own, and lets none prove anything by the time that it took', () => {
    const limits = [
      /\bvi\.wait(For|Until)\(/,
      /^\s*\},? \d[\d_]*_000,?\s*\);$/m,
      /\btimeout: \d[\d_]* ?\}, (async )?\(/,
      /\.(poll|waitFor)\([^;]*?\btimeout: \d/,
      /expect\((performance|Date)\.now\(\) - \w+\)\.toBeLess/,
    ];
    const wrong = files
      .filter((file) => file.startsWith('tests/') && file !== 'tests/support/eventually.ts')
      .filter((file) => limits.some((limit) => limit.test(readFileSync(file, 'utf8'))));
    expect(wrong, 'tests wait with `eventually` or `expect.poll`, which end hangs only').toEqual([]);
  });
});
