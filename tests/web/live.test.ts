import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../client/index.ts';
import type { Scope } from '../../contract/words/viewers.ts';
import { send, type TaskJson } from '../server/serve.ts';
import { describeInBrowser } from '../support/browser.ts';
import { type TestDatabase, useDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/freePort.ts';
import { spawnNode } from '../support/spawnNode.ts';
import { tempDir } from '../support/tempDir.ts';
import { describePage } from './support/page.ts';

/** Notes the streams that a browser has open. */
function noteStreams() {
  const open = new Set<Request>();
  return {
    /** The tabs that have one. */
    tabs: () => [...open].map((request) => request.frame().page()).filter((page) => !page.isClosed()),
    async prepare(context: BrowserContext) {
      context.on('request', (request) => {
        if (request.headers().accept === 'text/event-stream') open.add(request);
      });
      context.on('requestfinished', (request) => open.delete(request));
      context.on('requestfailed', (request) => open.delete(request));
    },
  };
}

/** Shows or hides a tab, as choosing another one does. */
async function setVisible(page: Page, isVisible: boolean): Promise<void> {
  await page.evaluate(
    (visibility) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: visibility });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    isVisible ? 'visible' : 'hidden',
  );
}

/** Puts a path before a server, as a proxy does that has several of them below one name. */
async function serveBelow(paths: readonly string[], server: { url: string }): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const { method = 'GET', headers, url = '/' } = incoming;
    const path = paths.reduce(
      (left, one) => (left.startsWith(`${one}/`) ? left.slice(one.length) : left),
      url,
    );
    const passed = request(new URL(path, server.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.on('close', () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** A server on a database of its own that can be killed and started again at the same address. */
async function serve(database: TestDatabase) {
  const config = await database.createFresh();
  if (!('url' in config)) throw new Error('Expected a database of PostgreSQL.');
  const data = tempDir();
  const port = String(await freePort());
  const start = async () => {
    const env = { DATABASE_URL: config.url, NIGHTSHIFT_DATA: data, SERVE_PORT: port };
    const process = spawnNode(['tests/fixtures/server/serve.ts'], env);
    const [url] = await process.printed(/^http\S+$/m);
    return { url, process };
  };
  const post = async (url: string, fields: object) => {
    const json = { run_id: 'nightly', status: 'running', ...fields };
    return (await send(url, '/agents/tasks/', { method: 'POST', json })).json<TaskJson>();
  };
  return { start, post };
}

describePage('The tabs of a browser', ({ look, report, change, server }) => {
  it('share one stream, eight of them; another takes over when its tab is closed', async () => {
    const first = await report({ task: 'shared.first', run_id: 'run-tabs' });
    const second = await report({ task: 'shared.second', run_id: 'run-tabs' });
    const streams = noteStreams();
    const { page, faults } = await look('/tasks?run=run-tabs', { prepare: streams.prepare });
    const pages = [page];
    while (pages.length < 8) {
      const other = await page.context().newPage();
      await other.goto(page.url());
      pages.push(other);
    }
    for (const tab of pages) await tab.getByRole('link', { name: 'shared.first' }).waitFor();
    await eventually(() => expect(streams.tabs()).toHaveLength(1));

    await change(first.id, { status: 'succeeded' });
    for (const tab of pages) await tab.getByRole('row').getByText('succeeded').waitFor();

    const [leader] = streams.tabs();
    await leader?.close();
    await eventually(() => expect(streams.tabs()).toHaveLength(1));
    expect(streams.tabs()).not.toContain(leader);
    await change(second.id, { status: 'failed' });
    for (const tab of pages.filter((one) => one !== leader))
      await tab.getByRole('row').getByText('failed').waitFor();
    expect(faults).toEqual([]);
  });

  it('share none with those of another server below the same name', async () => {
    const task = await report({ task: 'below.one.name', run_id: 'run-below' });
    const streams = noteStreams();
    const url = await serveBelow(['/one', '/two'], server());
    const { page, faults } = await look('/tasks', { prepare: streams.prepare });
    const tabs: Page[] = [];
    for (const path of ['/one', '/two']) {
      const tab = await page.context().newPage();
      await tab.goto(`${url}${path}/tasks?run=run-below`);
      await tab.getByRole('link', { name: 'below.one.name' }).waitFor();
      tabs.push(tab);
    }
    await eventually(() => expect(streams.tabs()).toEqual(expect.arrayContaining(tabs)));
    await change(task.id, { status: 'failed' });
    for (const tab of tabs) await tab.getByRole('row').getByText('failed').waitFor();
    expect(faults.filter((fault) => !fault.startsWith(`request to ${url}/`))).toEqual([]);
  });

  it('have no stream while none can be seen, and miss nothing of that time', async () => {
    const task = await report({ task: 'unseen', run_id: 'run-hidden' });
    const streams = noteStreams();
    const { page, faults } = await look('/tasks?run=run-hidden', { prepare: streams.prepare });
    await page.getByRole('link', { name: 'unseen' }).waitFor();
    await eventually(() => expect(streams.tabs()).toHaveLength(1));
    await setVisible(page, false);
    await eventually(() => expect(streams.tabs()).toHaveLength(0));
    await change(task.id, { status: 'failed' });
    await setVisible(page, true);
    await page.getByRole('row').getByText('failed').waitFor();
    expect(streams.tabs()).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});

const ends = [
  ['is ended', "ended_at = clock_timestamp(), ended_by = 'test'"],
  ['expires', 'expires_at = clock_timestamp()'],
] as const;

describePage('A sign-in that ends in the middle', ({ look, report, database, server }) => {
  const seen = { task: 'seen', status: 'failed' };
  const ann = (what: string) => ({ name: `ann-${what.length}@example.org`, scopes: ['read'] as Scope[] });
  const endSessions = (set: string) => database.db().query({ text: `UPDATE sessions SET ${set}` });

  it('is told of where the server shows everything to this computer', async () => {
    await report({ ...seen, run_id: 'run-open' });
    const { page, faults } = await look('/tasks?run=run-open', { as: ann('open') });
    await page.getByRole('link', { name: 'seen' }).waitFor();
    await page.getByRole('link', { name: 'ann-4@example.org' }).waitFor();
    await endSessions(ends[0][1]);
    const again = page.getByRole('alert').getByRole('link', { name: 'Sign in again' });
    await again.waitFor();
    expect(await again.getAttribute('href')).toBe(
      `/sign-in?${new URLSearchParams({ return_to: '/tasks?run=run-open' })}`,
    );
    expect(faults).toEqual([]);
  });

  it.each(ends)('and %s is told of, and leads back to the same view', async (what, set) => {
    const client = createClient({ url: server().url, apiKey: server().key });
    const made = await client.createKey({ name: `key-${what.length}`, scopes: ['READ'] });
    const { secret } = expectType(made, 'MadeKey');
    const run = `run-${what.length}`;
    await report({ ...seen, run_id: run });
    const { page, faults } = await look(`/tasks?run=${run}&status=failed`, { as: ann(what) });
    await page.getByRole('link', { name: 'seen' }).waitFor();
    const before = page.url();
    await endSessions(set);
    const notice = page.getByRole('alert').getByText('Your sign-in has ended.');
    await notice.waitFor();
    await page.getByRole('link', { name: 'seen' }).waitFor();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    await page.getByLabel('Key').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'seen' }).waitFor();
    expect(page.url()).toBe(before);
    expect(await notice.count()).toBe(0);
    expect(faults.filter((fault) => !/status of 401/.test(fault))).toEqual([]);
  });
});

describeInBrowser('A server that is killed and starts again', (open) => {
  const database = useDatabase('postgres');

  it('is told of, and the page shows what changed meanwhile, without a reload', async () => {
    const { start, post } = await serve(database);
    const first = await start();
    const { url } = first;
    const { id } = await post(url, { task: 'lasts' });
    const { page, faults } = await open(`${url}/tasks?run=nightly`, { isStrict: true });
    await page.getByRole('link', { name: 'lasts' }).waitFor();
    await page.evaluate(() => Object.assign(window, { isSame: true }));
    await first.process.kill('SIGKILL');
    const notice = page.getByRole('alert').getByText('The server does not answer.');
    await notice.waitFor();

    const second = await start();
    try {
      await send(url, `/agents/tasks/${id}`, { method: 'PATCH', json: { status: 'failed' } });
      await notice.waitFor({ state: 'hidden' });
      await page.getByRole('row').getByText('failed').waitFor();
      await post(url, { task: 'comes.later' });
      await page.getByRole('button', { name: '1 new task: show' }).waitFor();
      expect(await page.evaluate(() => 'isSame' in window), 'it was not loaded again').toBe(true);
      expect(faults.filter((fault) => !/net::ERR_/.test(fault))).toEqual([]);
    } finally {
      await second.process.kill('SIGKILL');
    }
  });

  it('leaves no view that was opened meanwhile broken', async () => {
    const { start, post } = await serve(database);
    const first = await start();
    await post(first.url, { task: 'lasts' });
    const { page, faults } = await open(`${first.url}/tasks`, { isStrict: true });
    await page.getByRole('link', { name: 'lasts' }).waitFor();
    await first.process.kill('SIGKILL');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    await page.getByRole('link', { name: 'Trends' }).click();
    await page.getByRole('heading', { level: 2, name: 'The server does not answer' }).waitFor();

    const second = await start();
    try {
      await page.getByRole('heading', { level: 1, name: 'Trends' }).waitFor();
      expect(faults.filter((fault) => !/net::ERR_|dynamically imported/.test(fault))).toEqual([]);
    } finally {
      await second.process.kill('SIGKILL');
    }
  });
});
