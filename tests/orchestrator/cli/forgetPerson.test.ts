import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { useFreshDatabases } from '../../support/databases.ts';
import { signIn, tokenOf } from '../../support/people.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer } from '../support/server.ts';

describe('nightshift people forget', () => {
  const postgres = useFreshDatabases('postgres');

  it('forgets a person after a yes, and says where the name may still stand', async () => {
    const config = await postgres.createFresh();
    const directory = tempDir();
    const server = await startTestServer({
      DATABASE_URL: 'url' in config ? config.url : '',
      NIGHTSHIFT_DATA: join(directory, 'data'),
    });
    onTestFinished(() => server.close());
    const db = await openDatabase(config);
    onTestFinished(() => db.close());
    await db.query({
      text: `INSERT INTO people (label, identity_key, grants) VALUES ('ann@example.org', 'ann@example.org', '{viewer}')`,
    });
    await db.query({ text: `INSERT INTO runs (run_id, started_by) VALUES ('r', 'Ann@example.org')` });
    const token = await tokenOf({ db }, await signIn({ db }, 'ada@example.org', { grants: ['admin'] }));
    const run = (...args: string[]) =>
      cliHere(['people', 'forget', ...args], directory, {
        variables: { API_BASE: server.url, API_KEY: token },
      });
    expect(await run('ann@example.org')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('pass --yes to confirm'),
    });
    expect(await run('ann@example.org', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Forgot ann@example.org, who is now person 1\n',
      stderr: expect.stringMatching(
        /cannot be reached from:\n- What people and commands wrote[\s\S]*- Backups/,
      ),
    });
    expect(
      await db.query({ text: 'SELECT label, started_by AS by FROM people, runs WHERE people.id = 1' }),
    ).toEqual([{ label: null, by: 'person:1' }]);
    expect(await run('ann@example.org', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('<person> must be a person'),
    });
  });
});
