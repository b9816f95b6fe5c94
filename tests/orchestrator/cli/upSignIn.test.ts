import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readServerConfig } from '../../../server/config.ts';
import { startServer } from '../../../server/server.ts';
import { useDatabase } from '../../support/databases.ts';
import { cliHere } from '../support/cliHere.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-up-sign-in-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const database = useDatabase('postgres');

/** Runs `up` for a moment, on a terminal of so many columns or in a pipe, and gives what it printed and how many codes it made. */
async function up(columns: number | undefined, variables: Record<string, string> = {}) {
  const outdated = new AbortController();
  const config = {
    ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', NIGHTSHIFT_DATA: directory, ...variables }),
    database: database.config(),
  };
  let url = '';
  const done = cliHere(['up', '--no-schedule', '--no-worker'], directory, {
    columns,
    gateway: {
      async start() {
        const server = await startServer(config);
        url = server.url;
        const end = (afterMs: number) => setTimeout(() => outdated.abort(new Error('enough')), afterMs);
        if (columns === undefined) end(2000);
        return {
          ...server,
          outdated: outdated.signal,
          async makeSignInLink() {
            const link = await server.makeSignInLink();
            // After it was printed.
            end(10);
            return link;
          },
        };
      },
    },
  });
  const { stderr } = await done;
  const [codes] = await database.db().query<{ count: number }>({
    text: 'SELECT count(*)::int AS count FROM sign_in_codes',
  });
  return { stderr, url, codes: codes?.count };
}

it('`nightshift up` prints a link that signs a browser in on a terminal, and makes none for a log', async () => {
  const piped = await up(undefined);
  expect([piped.codes, piped.stderr]).toEqual([0, expect.not.stringContaining('Sign in')]);
  const shown = await up(100);
  expect(shown.codes).toBe(1);
  expect(shown.stderr.replace(/\s+/g, ' ')).toMatch(
    new RegExp(`Sign in ${shown.url}/sign-in/code#[\\w-]{32} \\(works once, for 10 minutes\\)`),
  );
});

const publicUrl = 'https://nightshift.example.org';

it.each([
  [
    'an issuer',
    // Nobody answers there, which does not matter before somebody signs in.
    { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'nightshift', OIDC_ROLES: '*:viewer' },
  ],
  [
    'a GitHub App',
    {
      GITHUB_APP_CLIENT_ID: 'Iv23liExample',
      GITHUB_APP_CLIENT_SECRET: 'secret',
      GITHUB_ROLES: 'octocat:viewer',
    },
  ],
])('`nightshift up` prints where people sign in with %s, into a log too', async (_name, variables) => {
  const { stderr } = await up(undefined, { PUBLIC_URL: publicUrl, ...variables });
  expect(stderr).toContain(`Sign in  ${publicUrl}/sign-in (people, with their accounts)\n`);
});
