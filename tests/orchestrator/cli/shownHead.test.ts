import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { runCli } from '../../../orchestrator/cli/main.ts';
import { tempDir } from '../../support/tempDir.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

const secret = 'it-is-a-long-enough-secret';
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    GITHUB_WEBHOOK_SECRET: secret,
    GITHUB_REPOSITORIES: 'acme/site',
  });
});
afterAll(() => server.close());

/** Runs the command line as somebody at a terminal who answers yes once something else has happened. */
async function asked(args: readonly string[], meanwhile: () => Promise<unknown>) {
  const directory = tempDir();
  writeFileSync(join(directory, '.env.nightshift'), `API_BASE=${server.url}\nAPI_KEY=${server.key}\n`, {
    mode: 0o600,
  });
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });
  const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()];
  const refuse = () => Promise.reject(new Error('the server is not needed here'));
  const gateway = {
    findServer: refuse,
    hasTables: refuse,
    secureDataDir: refuse,
    start: refuse,
    createFirstKey: refuse,
    setRole: refuse,
    migrations: refuse,
    policyProblems: refuse,
  };
  let said = '';
  const isAsked = Promise.withResolvers<void>();
  stderr.on('data', (text) => {
    said += text;
    if (said.includes('this task?')) isAsked.resolve();
  });
  const ended = runCli(args, { gateway, directory, stdin, stdout, stderr });
  await isAsked.promise;
  await meanwhile();
  stdin.write('y\n');
  // As one line: a terminal breaks it where its width ends.
  return { code: await ended, stderr: () => said.replaceAll(/\s+/g, ' ') };
}

/** GitHub says of a pull request, for the first time, which commit is its head. */
async function hear(number: number): Promise<void> {
  const body = JSON.stringify({
    action: 'opened',
    sender: { login: 'octocat', id: 1, type: 'User' },
    pull_request: {
      html_url: `https://github.com/acme/site/pull/${number}`,
      number,
      state: 'open',
      merged: false,
      updated_at: '2025-01-15T02:30:00Z',
      user: { login: 'bot' },
      head: { sha: 'a'.repeat(40) },
      merged_by: null,
      closed_at: null,
      merged_at: null,
      base: { repo: { name: 'site', owner: { login: 'acme' } } },
    },
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const answer = await fetch(`${server.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-hub-signature-256': `sha256=${signature}`,
    },
  });
  expect(await answer.text()).toBe('{"approvals":1}');
}

it.each([
  ['approve', 7],
  ['reject', 8],
  ['cancel', 9],
])('%s decides nothing whose head commit became known after it was shown', async (action, number) => {
  const outputsUri = `https://github.com/acme/site/pull/${number}`;
  const task = { task: 'a', runId: `r${number}`, status: 'AWAITING_APPROVAL' as const, outputsUri };
  const id = expectType(await server.client.createTask(task), 'Task').databaseId;
  const late = await asked([action, String(id)], () => hear(number));
  expect(late.stderr()).toMatch(
    new RegExp(
      `Could not ${action} task ${id}: .*its head commit is now a{40}, and you were shown none. Review it again`,
    ),
  );
  expect(late.code).toBe(1);
  expect((await server.client.task({ databaseId: id }))?.status).toBe('AWAITING_APPROVAL');
  expect((await asked([action, String(id)], async () => {})).code).toBe(0);
});

it('what was shown without a head commit is decided while none is known', async () => {
  for (const outputsUri of ['https://github.com/acme/site/pull/10', null]) {
    const task = { task: 'a', runId: 'none', status: 'AWAITING_APPROVAL' as const, outputsUri };
    const id = expectType(await server.client.createTask(task), 'Task').databaseId;
    expect((await asked(['approve', String(id)], async () => {})).code).toBe(0);
  }
});
