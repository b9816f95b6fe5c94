import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startCli } from '../support/cli.ts';

/** Starts a command and sends it a signal while its embedded database starts. */
async function interrupt(args: string[], signal: NodeJS.Signals, dataDir: string) {
  const started = startCli(args, tempDir(), { NIGHTSHIFT_DATA: dataDir, PORT: '0' });
  await eventually(() => expect(existsSync(join(dataDir, 'nightshift.lock'))).toBe(true));
  started.child.kill(signal);
  return started.finished;
}

it('A signal while the embedded database starts ends at once, and the next start makes what was cut off', async () => {
  const dataDir = join(tempDir(), 'data');
  const first = await interrupt(['up'], 'SIGINT', dataDir);
  expect(first).toMatchObject({ code: 130, signal: null, stdout: '', stderr: '' });
  expect(readdirSync(dataDir)).not.toContain('nightshift.lock');
  expect(readdirSync(dataDir)).toContain('pgdata.making');
  const second = await interrupt(['db', 'migrate'], 'SIGTERM', dataDir);
  expect(second).toMatchObject({ code: 143, signal: null });

  const up = startCli(['up'], tempDir(), { NIGHTSHIFT_DATA: dataDir, PORT: '0' });
  await up.printed('GraphiQL http://');
  expect(readdirSync(dataDir)).not.toContain('pgdata.making');
  up.child.kill('SIGINT');
  expect(await up.finished).toMatchObject({ code: 0, signal: null });

  const reading = await interrupt(['runs'], 'SIGINT', dataDir);
  expect(reading).toMatchObject({ code: 130, signal: null, stdout: '' });
});
