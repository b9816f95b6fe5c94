import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { send, serve, type TaskJson, type TestServer } from '../serve.ts';

const created = `{
    "task": "seo.validate",
    "run_id": "nightly-2025-01-15",
    "status": "running",
    "started_at": "2025-01-15T02:30:00Z",
    "inputs": {"flags": ["--strict", "--dry-run"]}
  }`;
const updated = `{
    "status": "succeeded",
    "finished_at": "2025-01-15T02:35:00Z",
    "duration_ms": 300000,
    "outputs_uri": "https://github.com/user/repo/pull/123"
  }`;
const json = ['-H', 'Content-Type: application/json'];

/** The examples of the document that callers know, as it prints them. */
const examples: [title: string, curl: string[]][] = [
  ['create', ['-X', 'POST', 'http://localhost:8001/agents/tasks/', ...json, '-d', created]],
  ['update', ['-X', 'PATCH', 'http://localhost:8001/agents/tasks/1', ...json, '-d', updated]],
  ['list', ['http://localhost:8001/agents/tasks/']],
  ['list one run', ['http://localhost:8001/agents/tasks/?run_id=nightly-2025-01-15']],
  ['list one status', ['http://localhost:8001/agents/tasks/?status=awaiting_approval']],
  ['first page', ['http://localhost:8001/agents/tasks/paged?limit=50&since=2025-10-03T00:00:00Z']],
  ['first page, cut at the & by a shell', ['http://localhost:8001/agents/tasks/paged?limit=50']],
  [
    'next page',
    [
      'http://localhost:8001/agents/tasks/paged?limit=50&since=2025-10-03T00:00:00Z&cursor=eyJzdGFydGVkX2F0IjogIjIwMjUtMTAtMDlUMDI6MzA6MDBaIiwgImlkIjogMTIwfQ==',
    ],
  ],
  ['ready', ['http://localhost:8001/ready']],
];

type Run = (arguments_: string[]) => Promise<unknown>;

describeOnEither('the printed examples', (database) => {
  let server: TestServer;
  const hasCurl = promisify(execFile)('curl', ['--version']).then(
    () => true,
    () => false,
  );
  beforeAll(async () => {
    server = await serve(database.db());
  });

  const byCurl: Run = async (given) => {
    const here = given.map((argument) => argument.replace('http://localhost:8001', server.url));
    const { stdout } = await promisify(execFile)('curl', ['-sS', '--fail-with-body', ...here]);
    return JSON.parse(stdout);
  };
  const byHttp: Run = async (given) => {
    const url = given.find((argument) => argument.startsWith('http://')) ?? '';
    const body = given.at(-1)?.startsWith('{') ? given.at(-1) : undefined;
    const method = given.includes('-X') ? given[given.indexOf('-X') + 1] : 'GET';
    const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const answer = await send(server.url, url.replace('http://localhost:8001', ''), {
      method,
      headers,
      body,
    });
    expect(answer.status).toBeLessThan(300);
    return answer.json();
  };

  const runners: [string, () => Promise<Run>][] = [
    ['curl, where there is one', async () => ((await hasCurl) ? byCurl : byHttp)],
    ['plain HTTP', async () => byHttp],
  ];
  describe.each(runners)('by %s', (_title, choose) => {
    it('all work as printed', async () => {
      await database.truncate();
      const run = await choose();
      const answers = new Map<string, unknown>();
      for (const [title, curl] of examples) answers.set(title, await run(curl));
      const task: TaskJson = {
        id: 1,
        task: 'seo.validate',
        run_id: 'nightly-2025-01-15',
        status: 'succeeded',
        started_at: '2025-01-15T02:30:00Z',
        finished_at: '2025-01-15T02:35:00Z',
        duration_ms: 300_000,
        inputs: { flags: ['--strict', '--dry-run'] },
        outputs_uri: 'https://github.com/user/repo/pull/123',
        log_excerpt: null,
        approval_state: null,
        approver: null,
        approval_note: null,
        webhook_notified_at: null,
      };
      expect(answers.get('create')).toMatchObject({ id: 1, status: 'running' });
      expect(answers.get('update')).toEqual(task);
      expect(answers.get('list')).toEqual([task]);
      expect(answers.get('list one run')).toEqual([task]);
      expect(answers.get('list one status')).toEqual([]);
      expect(answers.get('first page')).toEqual({ items: [], next_cursor: null });
      expect(answers.get('first page, cut at the & by a shell')).toEqual({
        items: [task],
        next_cursor: null,
      });
      expect(answers.get('next page')).toEqual({ items: [], next_cursor: null });
      expect(answers.get('ready')).toMatchObject({ ok: true });
    });
  });
});
