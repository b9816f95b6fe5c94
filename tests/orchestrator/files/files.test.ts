import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPrivateLog, replacePrivateFile } from '../../../orchestrator/files/privateFile.ts';
import { fileNameOf } from '../../../orchestrator/files/runFileName.ts';
import { openRunFiles } from '../../../orchestrator/run/runFiles.ts';
import { openReportJournal } from '../../../orchestrator/worker/reportJournal.ts';
import { openRunLogs } from '../../../orchestrator/worker/runLogs.ts';
import { tempDir } from '../../support/tempDir.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const attacks = [
  'x/../../package',
  '../../up',
  '..',
  '/etc/passwd',
  'a\\..\\b',
  'a\0b',
  'é'.repeat(200),
  'x'.repeat(300),
  '',
];

describe('The name of a file made of an id', () => {
  it('is the id itself where that is a usual one', () => {
    for (const id of ['nightly-2026-11-28', 'nightly-2026-11-28-2', 'A_b.c']) expect(fileNameOf(id)).toBe(id);
  });

  it.each(attacks)('leads nowhere for %j', (id) => {
    expect(fileNameOf(id)).toMatch(/^[\w-]{0,128}~[0-9a-f]{16}$/);
  });

  it('is never the one of another id', () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '_', '~', '-'), maxLength: 6 });
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one !== other);
        expect(fileNameOf(one)).not.toBe(fileNameOf(other));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('What a run leaves behind', () => {
  const result = (runId: string, logFile: string | null, resultFile: string) => ({
    runId,
    plan: 'p',
    startedAt: '',
    finishedAt: '',
    durationMs: 0,
    exitCode: 0,
    interruptedBy: null,
    steps: [],
    reports: { pending: 0, refused: 0 },
    logFile,
    resultFile,
  });

  it.each(attacks)('stays in its directory, with mode 0600, for the run %j', async (runId) => {
    const parent = tempDir();
    const directory = join(parent, 'logs', 'deep');
    const files = await openRunFiles(directory, runId, (text) => {
      throw new Error(text);
    });
    await files.close(result(runId, files.logFile, files.resultFile));
    const log = await openRunLogs(directory, true, (error) => {
      throw error;
    }).begin({ runId, task: 't', number: 1 });
    await log.end();
    expect(readdirSync(parent)).toEqual(['logs']);
    expect(readdirSync(join(parent, 'logs'))).toEqual(['deep']);
    // The worker's log of a run is the run's own.
    const names = readdirSync(directory);
    expect(names).toHaveLength(2);
    expect(names.map((name) => modeOf(join(directory, name)))).toEqual(['600', '600']);
  });

  it.each(attacks.slice(0, -1))(
    'keeps the report of the lease %j in its directory, with mode 0600',
    async (leaseId) => {
      const directory = tempDir();
      const journal = openReportJournal(directory, (why) => {
        throw new Error(why);
      });
      const lease = {
        leaseId,
        databaseId: 1,
        task: 't',
        runId: 'r',
        planHash: '',
        number: 1,
        holdsForMs: 1,
        askedAt: { running: 0, wall: 0 },
        runCreatedAt: '2025-01-15T02:30:00Z',
        inputs: null,
        needs: {},
      };
      const kept = journal.keep(lease, { ending: 'EXIT', durationMs: 0, outputs: {} });
      const [name = ''] = readdirSync(join(directory, 'reports'));
      expect(modeOf(join(directory, 'reports'))).toBe('700');
      expect(modeOf(join(directory, 'reports', name))).toBe('600');
      await journal.refuse(kept, 'why');
      expect(readdirSync(join(directory, 'reports'))).toEqual(['refused']);
      expect(readdirSync(directory)).toEqual(['reports']);
    },
  );

  it('takes the rights of others from a log that is there already', async () => {
    const path = join(tempDir(), 'a.log');
    writeFileSync(path, 'one\n');
    chmodSync(path, 0o644);
    const file = await openPrivateLog(path);
    await file.appendFile('two\n');
    await file.close();
    expect(modeOf(path)).toBe('600');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('is not written through a link that a command has put in its place', async () => {
    const directory = tempDir();
    const victim = join(directory, 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, join(directory, 'soft.log'));
    linkSync(victim, join(directory, 'hard.log'));
    await expect(openPrivateLog(join(directory, 'soft.log'))).rejects.toThrow(/is a link/);
    await expect(openPrivateLog(join(directory, 'hard.log'))).rejects.toThrow(/more than one hard link/);
    symlinkSync(victim, join(directory, 'result.json'));
    await replacePrivateFile(join(directory, 'result.json'), '{}');
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(modeOf(join(directory, 'result.json'))).toBe('600');
    expect(readdirSync(directory).filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  it('leaves no draft where the file cannot be put', async () => {
    const directory = tempDir();
    await expect(replacePrivateFile(join(directory, 'none', 'x.json'), '{}')).rejects.toThrow(/ENOENT/);
    expect(existsSync(join(directory, 'none'))).toBe(false);
  });
});
