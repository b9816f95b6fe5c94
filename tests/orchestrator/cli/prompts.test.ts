import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectType } from '../../../client/index.ts';
import { tempDir } from '../../support/tempDir.ts';
import { cliHere } from '../support/cliHere.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { onTerminal } from '../support/terminal.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

let made = 0;
async function waitingTask(): Promise<{ id: number; runId: string }> {
  const runId = `asked-${made++}`;
  const input = { task: 'a', runId, status: 'AWAITING_APPROVAL' } as const;
  return { id: expectType(await server.client.createTask(input), 'Task').databaseId, runId };
}

const typed = (keys: string[]) => keys.map((key) => ({ after: '[y/N] ', keys: key }));

/** Answers the questions of a command on a real terminal, one after another. */
function answer(args: readonly string[], ...keys: string[]) {
  return onTerminal(args, tempDir(), { variables: { API_BASE: server.url }, types: typed(keys) });
}

/** Answers them within this process, for what is asked; gives what came to the terminal without what was typed. */
async function answerHere(args: readonly string[], ...keys: string[]) {
  const variables = { API_BASE: server.url };
  const { code, text } = await cliHere(args, tempDir(), { variables, columns: 80, types: typed(keys) });
  return { code, text, lines: text.split('\n') };
}

const statusOf = async (runId: string) => (await server.tasksOf(runId)).map((task) => task?.status);

describe('A question on the terminal', () => {
  it.each([
    ['a no', 'n\n', 0],
    ['an empty line', '\n', 0],
    ['the end of the input', '\u0004', 0],
    ['Ctrl-C', '\u0003', 130],
  ])('takes %s for a wish and no error, and nothing is decided', async (_name, keys, code) => {
    const { id, runId } = await waitingTask();
    const shown = await answer(['approve', String(id)], keys);
    if (shown === undefined) return;
    expect(shown.code).toBe(code);
    expect(shown.lines.slice(-2)).toEqual(['Nothing was decided.', '']);
    expect(shown.text).not.toMatch(/error| {4}at /);
    expect(await statusOf(runId)).toEqual(['AWAITING_APPROVAL']);
  });

  it('shows whole what is decided about: the link, or the command that a gate lets run', async () => {
    const outputsUri = `https://github.com/acme/${'a-long-name'.repeat(6)}/pull/17`;
    const input = { task: 'agent.deps', runId: `asked-${made++}`, status: 'AWAITING_APPROVAL' } as const;
    const { databaseId } = expectType(await server.client.createTask({ ...input, outputsUri }), 'Task');
    const inputs = { cmd: ['npm', 'run', 'deploy'], flags: [] };
    const definition = { name: 'gated', steps: [{ task: 'deploy.production', gate: {}, inputs }] };
    const run = expectType(await server.client.startRun({ definition }), 'Run');
    const gate = (await server.tasksOf(run.runId))[0]?.databaseId;
    const shown = await answerHere(['approve', String(gate), String(databaseId)], 'n\n');
    expect(shown.lines).toContain(`${gate}: asks before it runs: npm run deploy`);
    expect(shown.text).toContain(`${databaseId}: ${outputsUri}`);
    expect(shown.text).not.toMatch(/STATUS|awaiting approval/);
    const { text } = await answerHere(['view', String(gate)]);
    expect(text).toMatch(/^Command: +npm run deploy$/m);
    expect(text).toMatch(/^Waits for: +1 approval before it runs; until /m);
  });

  it('shows the status where not all of them await approval', async () => {
    const { id } = await waitingTask();
    const input = { task: 'b', runId: `asked-${made++}`, status: 'RUNNING' } as const;
    const { databaseId } = expectType(await server.client.createTask(input), 'Task');
    const shown = await answerHere(['cancel', String(id), String(databaseId)], 'n\n');
    expect(shown.text).toMatch(/STATUS.*awaiting approval.*running/s);
  });

  it('of several leaves everything as it was unless the answer to each is yes', async () => {
    const [{ id, runId }, other] = [await waitingTask(), await waitingTask()];
    const shown = await answer(['cancel', String(id), other.runId], 'y\n', 'n\n');
    if (shown === undefined) return;
    expect(shown).toMatchObject({ code: 0, text: expect.stringContaining('Nothing was cancelled.') });
    expect([...(await statusOf(runId)), ...(await statusOf(other.runId))]).toEqual([
      'AWAITING_APPROVAL',
      'AWAITING_APPROVAL',
    ]);
  });

  it.each(['approve', 'cancel'])('of %s names and counts only what is there', async (command) => {
    const { id, runId } = await waitingTask();
    const shown = await answerHere([command, '999999', String(id)], 'y\n');
    expect(shown.code).toBe(1);
    expect(shown.text).toMatch(/^Task 999999 does not exist\.\nID [\s\S]* this task\? \[y\/N\] /);
    expect(await statusOf(runId)).not.toEqual(['AWAITING_APPROVAL']);
  });

  it.each([
    ['approve', '999999'],
    ['reject', '999999'],
    ['cancel', '999999', 'no-such-run'],
  ])('is not asked where nothing is there: %s %s', async (...args) => {
    const shown = await answerHere(args);
    expect(shown.code).toBe(1);
    const runs = args.includes('no-such-run') ? ['Run no-such-run does not exist.'] : [];
    expect(shown.lines).toEqual(['Task 999999 does not exist.', ...runs, '']);
  });

  it('is not asked about what is not there to delete', async () => {
    const shown = await answerHere(['prune', '--before', '2000-01-01']);
    expect(shown).toMatchObject({
      code: 0,
      text: 'No task started before 2000-01-01 00:00:00Z: nothing to delete.\n',
    });
  });

  it('deletes nothing after a no or Ctrl-C', async () => {
    const { runId } = await waitingTask();
    for (const [keys, code] of [
      ['n\n', 0],
      ['\u0003', 130],
    ] as const) {
      const shown = await answer(['prune', '--before', '2999-01-01'], keys);
      if (shown === undefined) return;
      expect(shown).toMatchObject({ code, text: expect.stringContaining('Nothing was deleted.') });
    }
    expect(await statusOf(runId)).toHaveLength(1);
  });
});
