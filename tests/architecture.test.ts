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

/** The one file that joins the orchestrator with the server, to start an embedded one. */
const joint = 'orchestrator/nightshift.ts';

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
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

  it('takes escape sequences out with the one linear stripper', () => {
    expect(filesThat((file) => /stripVTControlCharacters/.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('keeps GraphQL and HTTP out of the domain', () => {
    const outside = /^(node:https?|graphql|@pothos|graphql-yoga|fastify)/;
    expect(
      filesThat((file) => roomOf(file) === 'domain' && importsOf(file).some((name) => outside.test(name))),
    ).toEqual([]);
  });

  it('reads process.env in one file only', () => {
    const readers = filesThat((file) => /process\.env\b/.test(readFileSync(file, 'utf8')));
    expect(readers).toEqual(['contract/environment/environment.ts', 'prisma.config.ts']);
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
        ['contract', 'channels', 'client', 'orchestrator', 'runners'].includes(roomOf(file)) &&
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
