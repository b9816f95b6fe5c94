import { connect } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { describeOnBoth } from '../../support/databases.ts';
import { empty, post, serve, type TestServer } from '../serve.ts';

const header = 'id,task,run_id,status,started_at,finished_at,duration_ms,outputs_uri,log_excerpt';

describeOnBoth('GET /agents/tasks/paged.csv', (database) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await serve(database.db());
  });
  beforeEach(() => empty(database.db()));

  const csv = (query = '') => server.send(`/agents/tasks/paged.csv${query}`);

  it('is a header line alone when there is nothing', async () => {
    const answer = await csv();
    expect([answer.status, answer.text]).toEqual([200, `${header}\r\n`]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename=agent_tasks.csv',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers).not.toHaveProperty('x-truncated');
  });

  it('has the rows newest first, times in ISO 8601, and cells that no spreadsheet runs', async () => {
    await post(server, {
      task: '=cmd',
      started_at: '2025-01-15T02:30:00Z',
      finished_at: '2025-01-15T02:35:00.5Z',
      duration_ms: 300_500,
      outputs_uri: 'reports/a,b.html',
      log_excerpt: `-first "line"\r\nsecond ${'🦉'.repeat(100)}`,
    });
    await post(server, { started_at: '2025-01-15T02:30:00.001Z', status: 'failed' });
    await post(server, { started_at: null, status: 'queued' });
    const excerpt = `-first ""line""\r\nsecond ${'🦉'.repeat(78)}...`;
    expect((await csv()).text).toBe(
      [
        header,
        '3,seo.validate,nightly-1,queued,,,,,',
        '2,seo.validate,nightly-1,failed,2025-01-15T02:30:00.001Z,,,,',
        `1,'=cmd,nightly-1,running,2025-01-15T02:30:00Z,2025-01-15T02:35:00.500Z,300500,"reports/a,b.html","'${excerpt}"`,
        '',
      ].join('\r\n'),
    );
  });

  it('says in a header that the limit cut rows off, to HEAD as well', async () => {
    for (const _ of [1, 2, 3]) await post(server);
    const cut = await csv('?limit=2');
    expect([cut.headers['x-truncated'], cut.text.split('\r\n').length]).toEqual(['true', 4]);
    expect((await csv('?limit=3')).headers).not.toHaveProperty('x-truncated');
    const head = await server.send('/agents/tasks/paged.csv?limit=2', { method: 'HEAD' });
    expect([head.status, head.text, head.headers['x-truncated']]).toEqual([200, '', 'true']);
    expect(head.headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  it('gives other columns when asked', async () => {
    await post(server, { inputs: { b: [1, 'x'] }, status: 'awaiting_approval' });
    const answer = await csv('?columns=id,approval_state&columns=inputs');
    expect(answer.text).toBe('id,approval_state,inputs\r\n1,pending,"{""b"": [1, ""x""]}"\r\n');
  });

  it('filters like a page, whatever characters a value has', async () => {
    const names = ["it's", '$1', 'back\\slash', '"quoted"', "';--", '%', 'größe', '$2$$'];
    for (const [index, task] of names.entries()) {
      await post(server, { task, started_at: `2025-01-15T02:30:0${index}Z` });
    }
    const idsOf = (text: string) =>
      text
        .split('\r\n')
        .slice(1, -1)
        .map((line) => Number(line.split(',')[0]));
    for (const [index, task] of names.entries()) {
      expect(idsOf((await csv(`?columns=id&task=${encodeURIComponent(task)}`)).text)).toEqual([index + 1]);
    }
    const several = names.map((task) => `task=${encodeURIComponent(task)}`).join('&');
    const query = `?columns=id&${several}&status=running&status=failed&since=2025-01-15T02:30:01Z`;
    expect(idsOf((await csv(query)).text)).toEqual([8, 7, 6, 5, 4, 3, 2]);
    expect(idsOf((await csv("?columns=id&run_id=nightly-1&task=it's")).text)).toEqual([1]);
  });

  describe.each(['/agents/tasks/paged.csv', '/agents/decisions.csv'])(
    'begins with a byte order mark: %s',
    (path) => {
      const begins = async (query: string, headers: Record<string, string> = {}) => {
        const { status, body } = await server.send(`${path}${query}`, { headers });
        return [
          status,
          body.subarray(0, 3).toString('hex'),
          body.toString().replace('\uFEFF', '').slice(0, 3),
        ];
      };
      const marked = [200, 'efbbbf', 'id,'];
      const plain = [200, '69642c', 'id,'];
      // What Chromium sends: for an address or a link, for a link that says `download`, for `fetch` of a page.
      const navigation = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };
      const download = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate' };
      const script = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' };

      it('where a browser saves it, by its address or a link, and for nobody else', async () => {
        expect([await begins('', navigation), await begins('', download)]).toEqual([marked, marked]);
        expect([await begins(''), await begins('', script)]).toEqual([plain, plain]);
        expect((await server.send(path)).headers.vary).toBe('sec-fetch-dest, sec-fetch-mode');
      });

      it('always with bom=1 and never with bom=0; anything else is refused, nothing is nothing', async () => {
        expect([await begins('?bom=1'), await begins('?bom=1', script)]).toEqual([marked, marked]);
        expect([await begins('?bom=0', navigation), await begins('?bom=', navigation)]).toEqual([
          plain,
          marked,
        ]);
        const refused = await server.send(`${path}?bom=yes`);
        expect([refused.status, refused.text]).toEqual([
          422,
          expect.stringContaining('expected 1 or 0, got'),
        ]);
      });
    },
  );

  it('gives its connection back when the caller leaves in the middle', async () => {
    await database.db().query({
      text: `INSERT INTO agents_tasks (task, run_id, status, started_at, outputs_uri)
        SELECT 'x', 'a', 'running', now(), repeat('u', 512) FROM generate_series(1, 10000)`,
    });
    const { port } = new URL(server.url);
    for (let turn = 0; turn < 12; turn += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('close', () => resolve());
        socket.once('data', () => socket.destroy());
        socket.write(
          `GET /agents/tasks/paged.csv?limit=10000&bom=${turn % 2} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
        );
      });
    }
    expect((await csv('?limit=10000')).text.split('\r\n')).toHaveLength(10_002);
    expect((await server.send('/agents/tasks/')).status).toBe(200);
    expect(server.logged).toEqual([]);
  });
});
