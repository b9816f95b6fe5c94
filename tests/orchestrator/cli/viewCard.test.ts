import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { head } from '../../domain/pulls/support.ts';
import { type GithubServer, startGithub } from '../../server/pulls/githubServer.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let github: GithubServer;
let server: TestServer;
beforeAll(async () => {
  github = await startGithub();
  server = await startTestServer({
    GITHUB_API_URL: github.apiUrl,
    GITHUB_TOKEN: 'ghp_token',
    OUTBOUND_ALLOW: '127.0.0.1',
  });
});
afterAll(async () => {
  await server.close();
  github.close();
});

const here = (args: readonly string[], columns?: number) =>
  cliHere(args, tempDir(), { variables: { API_BASE: server.url, API_KEY: server.key }, columns });

async function waiting(details: object): Promise<{ id: number; link: string }> {
  const pull = github.open(head(github.pulls.size + 1));
  Object.assign(pull.details, details);
  const task = expectType(
    await server.client.createTask({
      task: `makes.${pull.number}`,
      runId: 'nightly',
      status: 'AWAITING_APPROVAL',
      outputsUri: pull.html_url,
    }),
    'Task',
  );
  const card = () => server.client.approvalCard({ databaseId: task.databaseId });
  await expect
    .poll(async () => (await card())?.pullRequest?.details ?? null, { interval: 50 })
    .not.toBeNull();
  return { id: task.databaseId, link: pull.html_url };
}

it('A task that waits is shown with its change, its checks and what approving does, and fits 80 columns', async () => {
  const { id, link } = await waiting({
    title: `Tidy \u202ethe lamp${' and more'.repeat(20)}`,
    mergeable: 'CONFLICTING',
    rollup: 'FAILURE',
    checks: [
      { name: 'build', status: 'COMPLETED', conclusion: 'SUCCESS' },
      { name: 'test', status: 'COMPLETED', conclusion: 'FAILURE' },
      { name: 'slow', status: 'QUEUED', conclusion: null },
    ],
  });
  const shown = await here(['view', String(id)], 80);
  const text = shown.stdout.replaceAll(/\s+/g, ' ');
  expect(text).toContain('Title: Tidy the lamp and more');
  expect(text).toContain('Change: +120 -34 in 6 files; checks: 1 passed, 1 failed, 1 running');
  expect(text).toContain('Merge: not possible now: it conflicts with its base branch');
  expect(text).toContain('Approving: marks the task as succeeded');
  const listed = await here(['approvals', '--mine'], 80);
  expect(listed.stdout.replaceAll(/\s+/g, ' ')).toContain(
    '+120 -34 in 6 files; checks: 1 passed, 1 failed, 1 running; approving marks the task as succeeded;',
  );
  for (const line of `${shown.stdout}\n${listed.stdout}`.split('\n'))
    if (line.trim() !== link && !line.includes(`Link:`))
      expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  const json = JSON.parse((await here(['view', String(id), '-o', 'json'])).stdout);
  expect(json.approval).toMatchObject({
    may_approve: true,
    consequence: 'marks the task as succeeded',
    details: { additions: 120, checks: { state: 'failed', failed: 1 } },
  });
});

it('Checks that cannot be read are not shown as none', async () => {
  github.mayReadChecks = false;
  github.fail = (name) => (/actions\/runs|\/status$/.test(name) ? { status: 403 } : undefined);
  const { id } = await waiting({ checks: [{ context: 'ci', state: 'FAILURE' }] });
  const none = await here(['view', String(id)]);
  expect(none.stdout).toContain('checks unavailable');
});
