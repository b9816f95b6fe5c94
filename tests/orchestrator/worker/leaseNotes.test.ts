import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../../../orchestrator/worker/events.ts';
import { openLeaseNotes } from '../../../orchestrator/worker/leaseNotes.ts';
import { takeLeftNotes } from '../../../orchestrator/worker/leftNotes.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';

const module = fileURLToPath(new URL('../../../orchestrator/worker/leaseNotes.ts', import.meta.url));
const lease = (more: object = {}) =>
  ({ leaseId: randomUUID(), task: 't', runId: 'r', number: 1, ...more }) as Lease;

describe('What a worker notes', () => {
  const filesIn = (dataDir: string) => readdirSync(join(dataDir, 'leases')).sort();
  const notesIn = (dataDir: string) =>
    join(dataDir, 'leases', filesIn(dataDir).find((name) => name.endsWith('.notes')) ?? '');

  /** Has a process make notes and end without closing them, as one that is killed; gives what it printed as warnings. */
  async function leave(dataDir: string, calls: string): Promise<string> {
    const program = `import { openLeaseNotes } from ${JSON.stringify(module)};
      const notes = openLeaseNotes(${JSON.stringify(dataDir)}); ${calls}; process.kill(process.pid, 'SIGKILL');`;
    const child = spawnNode(['--input-type=module', '-e', program]);
    await child.ended();
    return child.stderr();
  }
  function left(dataDir: string) {
    const all = takeLeftNotes(dataDir);
    const notes = all.flatMap((one) => one.notes);
    for (const one of all) one.release();
    return notes;
  }

  it('is there for its successor after a kill, as far as it is not over, and prints nothing', async () => {
    const dataDir = tempDir();
    const given = JSON.stringify(lease({ leaseId: 'l' }));
    const calls = `for (const id of ['a', 'b', 'c']) notes.asks(id); notes.over('b');
      notes.leased('c', ${given}); notes.begins('l', 'cookie'); notes.leads('l', 7)`;
    expect(await leave(dataDir, calls)).toBe('');
    expect(left(dataDir)).toEqual([
      { requestId: 'a' },
      { requestId: 'c', lease: JSON.parse(given), cookie: 'cookie', leader: 7 },
    ]);
    expect(filesIn(dataDir)).toHaveLength(2);
  });

  it('is gone once all is settled, and is taken by one successor at a time', async () => {
    const dataDir = tempDir();
    await leave(dataDir, `notes.asks('a'); notes.asks('b')`);
    const [first] = takeLeftNotes(dataDir);
    expect(takeLeftNotes(dataDir)).toEqual([]);
    for (const note of first?.notes.slice(1) ?? []) first?.settle(note);
    first?.release();
    const [second] = takeLeftNotes(dataDir);
    expect(second?.notes).toEqual([{ requestId: 'a' }]);
    for (const note of second?.notes ?? []) second?.settle(note);
    second?.release();
    expect(filesIn(dataDir)).toEqual([]);
  });

  it('takes no more room than what goes on at once, and is gone with a worker that ends', () => {
    const dataDir = tempDir();
    const notes = openLeaseNotes(dataDir);
    for (let round = 0; round < 500; round++) {
      const [requestId, given] = [randomUUID(), lease()];
      for (const _ of [1, 2]) notes.asks(requestId);
      notes.leased(requestId, given);
      notes.begins(given.leaseId, randomUUID());
      notes.over(given.leaseId);
    }
    expect(statSync(notesIn(dataDir)).size).toBeLessThan(2 * 4096);
    expect(left(dataDir)).toEqual([]);
    notes.close();
    expect(filesIn(dataDir)).toEqual([]);
  });

  it('stays where a worker ends without having heard what its request came to', () => {
    const dataDir = tempDir();
    const notes = openLeaseNotes(dataDir);
    notes.asks('a');
    notes.close();
    expect(filesIn(dataDir)).toHaveLength(2);
    // Its process lives on here.
    expect(left(dataDir)).toEqual([]);
  });

  it('is removed where it cannot be corrected, so that nobody believes it', () => {
    const dataDir = tempDir();
    const notes = openLeaseNotes(dataDir);
    const given = lease({ task: 't'.repeat(5000) });
    notes.asks('a');
    notes.leased('a', given);
    expect(filesIn(dataDir)).toEqual([]);
    notes.begins(given.leaseId, 'cookie');
    notes.asks('b');
    notes.close();
  });

  it('says nothing where it is broken', async () => {
    const dataDir = tempDir();
    await leave(dataDir, `notes.asks('a')`);
    const file = notesIn(dataDir);
    writeFileSync(file, readFileSync(file).fill('{', 4096));
    expect(left(dataDir)).toEqual([]);
    await leave(dataDir, `notes.asks('a')`);
    writeFileSync(notesIn(dataDir), Buffer.alloc(9000));
    expect([left(dataDir), filesIn(dataDir)]).toEqual([[], []]);
  });
});
