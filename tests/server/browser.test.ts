import type { Page, Request } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { readServerConfig } from '../../server/config.ts';
import { exampleTabs } from '../../server/graphql/examples.ts';
import { pageQueries } from '../../server/pages/queries.ts';
import type { RunningServer } from '../../server/server.ts';
import { describeInBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/databases.ts';
import { eventually } from '../support/eventually.ts';
import { startOn } from './access/keyServers.ts';
import { send, type TaskJson } from './serve.ts';
import { startServer } from './startServer.ts';

/** The run that GraphiQL's example of a new task names. */
const exampleRun = 'nightly-2025-01-15';

describeInBrowser('In a browser', (open) => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    return () => server.close();
  });

  const report = async (fields: Record<string, unknown>) => {
    const json = { run_id: 'nightly-1', status: 'running', ...fields };
    const answer = await send(server.url, '/agents/tasks/', { method: 'POST', json });
    expect(answer.status).toBe(201);
    return answer.json<TaskJson>();
  };
  const tasksOf = async (runId: string) =>
    (await send(server.url, `/agents/tasks/?run_id=${runId}`)).json<TaskJson[]>();

  it('the first page leads to GraphiQL, whose examples show and create tasks, offline', async () => {
    await report({ task: 'seen.first' });
    await report({ task: 'seen.second' });
    const { page, faults } = await open(server.url);
    await page.getByRole('link', { name: 'GraphiQL' }).first().click();
    await runButton(page).waitFor();
    const names = exampleTabs.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(names);

    await runButton(page).click();
    await shown(page, 'seen.first').waitFor();
    await shown(page, 'seen.second').waitFor();

    const before = await tasksOf(exampleRun);
    await openTab(page, 'CreateTask');
    await execute(page, 'CreateTask');
    await shown(page, '"__typename": "Task"').waitFor();
    const created = await tasksOf(exampleRun);
    expect(created).toHaveLength(before.length + 1);
    expect(created[0]).toMatchObject({ task: 'seo.validate', status: 'running' });
    await shown(page, `"databaseId": ${created[0]?.id},`).waitFor();
    expect(faults).toEqual([]);
  });

  it('GraphiQL of a closed server asks for nothing that needs a key, and says that everything does', async () => {
    const closed = await startOn(await database.createFresh());
    await closed.create('ci', ['read']);
    const { page, faults } = await open(`${closed.url}/graphql`);
    await asked(page, 'This server answers nothing without a key.').waitFor();
    await asked(page, 'On this computer "nightshift key" prints one.').waitFor();
    expect([faults, closed.logged]).toEqual([[], []]);
  });

  it('GraphiQL opens with the same tabs again, with examples of today and what was changed by hand', async () => {
    const { page, faults } = await open(`${server.url}/graphql`);
    const tabs = page.getByRole('tab');
    const names = exampleTabs.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
    await eventually(async () =>
      expect(await page.evaluate(() => localStorage.getItem('graphiql:tabState'))).toContain('WatchRun'),
    );
    expect(await tabs.allInnerTexts()).toEqual(names);
    await page.evaluate(() => {
      const state = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '');
      const own = state.tabs.find(({ title }: { title: string }) => title === 'WatchRun');
      own.variables = '{ "runId": "mine" }';
      state.activeTabIndex = 1;
      localStorage.setItem('graphiql:tabState', JSON.stringify(state));
    });
    await report({ task: 'seen.later', run_id: 'a-later-run' });
    await page.goto(`${server.url}/graphql`);
    await asked(page, 'query WaitingForMe').waitFor();
    expect(await tabs.allInnerTexts()).toEqual(names);
    const variables = await page.evaluate(() =>
      JSON.parse(localStorage.getItem('graphiql:tabState') ?? '').tabs.map(
        (tab: { title: string; variables: string }) => [tab.title, tab.variables],
      ),
    );
    expect(Object.fromEntries(variables)).toMatchObject({
      OneRun: expect.stringContaining('a-later-run'),
      WatchRun: '{ "runId": "mine" }',
    });
    expect(faults).toEqual([]);
  });

  it('GraphiQL runs its question with Ctrl-Enter as soon as it is open', async () => {
    await report({ task: 'asked.at.once', run_id: 'opened-run' });
    const question = new URLSearchParams({ query: pageQueries.runs('opened-run') });
    for (const path of [`/graphql?${question}`, '/graphql']) {
      const { page, faults } = await open(server.url + path);
      await page.locator('.graphiql-query-editor textarea:focus').waitFor({ state: 'attached' });
      await page.keyboard.press('Control+Enter');
      await shown(page, 'asked.at.once').waitFor();
      expect(faults).toEqual([]);
    }
  });

  it('GraphiQL shows every tab whole in a wide window, a narrow one and one of a telephone', async () => {
    const { page, faults } = await open(`${server.url}/graphql`);
    await runButton(page).waitFor();
    const tabs = page.getByRole('tab');
    for (const [width, tab] of [
      [1280, 'Viewer'],
      [800, 'CreateTask'],
      [480, 'Viewer'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      const strip = await page.locator('.graphiql-tabs').boundingBox();
      expect(await tabs.count()).toBe(exampleTabs.length);
      const right = (strip?.x ?? 0) + (strip?.width ?? 0);
      const bottom = (strip?.y ?? 0) + (strip?.height ?? 0);
      for (const one of await tabs.all()) {
        const box = await one.boundingBox();
        expect((box?.x ?? Number.NaN) + (box?.width ?? 0)).toBeLessThanOrEqual(right + 1);
        expect((box?.y ?? Number.NaN) + (box?.height ?? 0)).toBeLessThanOrEqual(bottom + 1);
      }
      await openTab(page, tab);
      await asked(page, ` ${tab}`).waitFor();
      await page.locator('.graphiql-editors').waitFor();
    }
    expect(faults).toEqual([]);
  });

  it('a subscription in GraphiQL shows what is reported by REST', async () => {
    // The example watches the latest run.
    const run_id = 'watched-run';
    await report({ task: 'watched.before', run_id });
    const { page, faults } = await open(`${server.url}/graphql`);
    await openTab(page, 'WatchRun');
    await asked(page, 'subscription WatchRun').waitFor();
    await execute(page, 'WatchRun');
    await eventually(() => expect(server.store.changes.size).toBe(1));
    const { id } = await report({ task: 'watched.task', run_id });
    await shown(page, 'watched.task').waitFor();
    await shown(page, 'RUNNING').waitFor();
    const json = { status: 'succeeded' };
    await send(server.url, `/agents/tasks/${id}`, { method: 'PATCH', json });
    await shown(page, 'SUCCEEDED').waitFor();
    expect(faults).toEqual([]);
  });

  it('GraphiQL decides with a key in its headers, and leaves none in the browser’s storage', async () => {
    const { id } = await report({ task: 'asks', status: 'awaiting_approval' });
    const old = JSON.stringify({ authorization: 'Bearer the-key-of-an-older-page' });
    const { page } = await open(`${server.url}/ready`);
    await page.evaluate((headers) => {
      localStorage.setItem('graphiql:shouldPersistHeaders', 'true');
      localStorage.setItem('graphiql:headers', headers);
      const queries = [{ query: '{ viewer { id } }', headers }];
      localStorage.setItem('graphiql:queries', JSON.stringify({ queries }));
    }, old);
    const operation = `mutation Decide { approveTask(input: { databaseId: ${id} }) { __typename } }`;
    await page.goto(`${server.url}/graphql`);
    await page.locator('.graphiql-query-editor .monaco-editor').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(operation);
    await asked(page, 'mutation Decide').waitFor();
    await execute(page, 'Decide');
    await shown(page, 'UNAUTHENTICATED').waitFor();
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor').click();
    await page.keyboard.insertText(JSON.stringify({ authorization: `Bearer ${server.key}` }));
    await execute(page, 'Decide');
    await shown(page, '"__typename": "Task"').waitFor();
    await shown(page, '"limit": 100000').waitFor();
    // GraphiQL stores its tabs half a second after the last change.
    const stored = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    await eventually(async () => expect(await stored()).toContain('approveTask'));
    expect(await stored()).not.toContain(server.key);
    expect(await stored()).not.toContain('the-key-of-an-older-page');
    await page.reload();
    await runButton(page).waitFor();
    expect(await stored()).not.toContain('earer');
  });

  it('the first page leads to the documentation, which shows all of REST and lets one try it', async () => {
    await report({ task: 'tried.out' });
    const { page, faults } = await open(server.url);
    await page.getByRole('link', { name: 'REST API' }).click();
    await page.locator('.opblock').first().waitFor();
    const operations = await page.locator('.opblock-summary').allInnerTexts();
    const described = (await send(server.url, '/openapi.json')).json<{ paths: Record<string, object> }>();
    expect(operations.map((text) => text.split('\n').slice(0, 2).join(' ')).sort()).toEqual(
      Object.entries(described.paths)
        .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
        .sort(),
    );

    const operation = page.locator('.opblock-get', {
      has: page.locator('[data-path="/agents/tasks/paged"]'),
    });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table .response');
    await answer.getByText('tried.out').first().waitFor();
    expect(await answer.locator('.response-col_status').textContent()).toBe('200');
    expect(faults).toEqual([]);
  });
});

const runButton = (page: Page) => page.locator('.graphiql-execute-button');

/**
 * Executes an operation. While GraphiQL still reads that of a new tab it takes a click for another one, or for none or a
 * choice between several: then it is clicked again.
 */
async function execute(page: Page, operation: string): Promise<void> {
  for (;;) {
    const asking = page
      .waitForRequest((one) => operationOf(one) !== undefined, { timeout: 10_000 })
      .catch(() => undefined);
    await page.getByRole('button', { name: 'Execute query' }).click();
    const request = await asking;
    if (request === undefined) await page.keyboard.press('Escape');
    else if (operationOf(request) === operation) return;
    else await (await request.response())?.finished();
  }
}

/** The operation that GraphiQL asks for: in the body, or for a subscription in the address. */
function operationOf(request: Request): string | undefined {
  const { pathname, searchParams } = new URL(request.url());
  if (pathname !== '/graphql') return undefined;
  if (request.method() === 'POST') return request.postDataJSON().operationName;
  return searchParams.get('operationName') ?? undefined;
}

const openTab = (page: Page, name: string) => page.getByRole('tab', { name }).getByTitle(name).click();

/** A line of the operation in GraphiQL's open tab. */
const asked = (page: Page, text: string) =>
  page.locator('.graphiql-query-editor .view-line').filter({ hasText: text }).first();

/** A line of the answer that GraphiQL shows. */
const shown = (page: Page, text: string) =>
  page.locator('.result-window .view-line').filter({ hasText: text }).last();
