import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createClient, expectType } from '../../../client/index.ts';
import { pageSecretName } from '../../../contract/protocol.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { eventually } from '../../support/eventually.ts';
import { startServer } from '../startServer.ts';

describeInBrowser('In a browser', (open) => {
  const database = useDatabase('postgres');
  let server: RunningServer;
  let key: string;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    const client = createClient({ url: server.url, apiKey: server.key });
    const made = await client.createKey({ name: 'ci', scopes: ['READ', 'APPROVE'] });
    key = expectType(made, 'MadeKey').secret;
    return () => server.close();
  });

  const sessions = async () =>
    server.store.db.query<{ id: number; ended: boolean }>({
      text: 'SELECT id, ended_at IS NOT NULL AS ended FROM sessions ORDER BY id',
    });

  async function enterKey(page: Page) {
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Serves a page of another origin of this computer, which browsers send the same cookies. */
  async function serveElsewhere(html: string): Promise<string> {
    const other = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(html);
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void other.close());
    return `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  }

  it('a key signs in, and back to where its holder wanted to go; signing out ends that', async () => {
    const { page, faults } = await open(`${server.url}/sign-in?return_to=/sign-in`);
    await enterKey(page);
    await page.getByText('You are signed in as service:ci.').waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await eventually(async () => expect((await sessions()).at(-1)).toMatchObject({ ended: true }));
    await page.getByText('You are signed in').waitFor({ state: 'hidden' });
    await page.getByLabel('Key').waitFor();
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
    expect(faults).toEqual([]);
  });

  it('a wrong key says so on the same page', async () => {
    const { page } = await open(`${server.url}/sign-in`);
    await page.getByLabel('Key').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The key is wrong').waitFor();
    await page.getByLabel('Key').waitFor();
    expect(await page.getByText('You are signed in').isVisible()).toBe(false);
  });

  it('nothing is offered that is not there: no signing out to nobody, no link without its code', async () => {
    const { page, faults } = await open(`${server.url}/sign-in`);
    await page.getByLabel('Key').waitFor();
    expect(await page.getByRole('button', { name: /^Sign out/ }).count()).toBe(0);
    await page.goto(`${server.url}/sign-in/code`);
    await page.getByText('Open the whole link').waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('the link of `up` signs in with one click, once', async () => {
    const link = (await server.makeSignInLink()) ?? '';
    const { page, faults } = await open(link);
    expect(page.url()).toBe(`${server.url}/sign-in/code`);
    expect(await sessions()).toHaveLength(1);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${server.url}/`);
    await page.goto(`${server.url}/sign-in`);
    await page.getByText('You are signed in as local.').waitFor();
    expect(faults).toEqual([]);
    const again = await open(link);
    await again.page.getByRole('button', { name: 'Sign in' }).click();
    await again.page.getByText('This link no longer works').waitFor();
    const without = await open(`${server.url}/sign-in/code`);
    await without.page.getByText('Open the whole link').waitFor();
    expect(await without.page.getByRole('button').isVisible()).toBe(false);
  });

  it('GraphiQL acts as who is signed in only once its user ticks the box, and only until the page is loaded again', async () => {
    const { page, faults } = await open(`${server.url}/sign-in?return_to=/sign-in`);
    await enterKey(page);
    await page.getByText('You are signed in').waitFor();
    const ask = `${server.url}/graphql?query=${encodeURIComponent('query Who { viewer { id } }')}`;
    const execute = async (within: Page) => {
      await within.locator('.graphiql-query-editor .view-line').filter({ hasText: 'query Who' }).waitFor();
      await within.getByRole('button', { name: 'Execute query' }).click();
    };
    const shown = (within: Page, id: string) =>
      within
        .locator('.result-window .view-line')
        .filter({ hasText: `"${id}"` })
        .last();
    await page.goto(ask);
    const box = page.getByLabel('Use my sign-in in this tab');
    expect(await box.isChecked()).toBe(false);
    await execute(page);
    await shown(page, 'anonymous').waitFor();
    await box.check();
    await page.getByText('Signed in as service:ci').waitFor();
    await execute(page);
    await shown(page, 'service:ci').waitFor();
    // A page that this one opens is another one, though the browser copies to it what a tab keeps.
    const opened = page.context().waitForEvent('page');
    await page.evaluate((url) => void window.open(url), ask);
    const other = await opened;
    await execute(other);
    await shown(other, 'anonymous').waitFor();
    expect(await other.getByLabel('Use my sign-in in this tab').isChecked()).toBe(false);
    await box.uncheck();
    await execute(page);
    await shown(page, 'anonymous').waitFor();
    await box.check();
    await page.getByText('Signed in as service:ci').waitFor();
    await page.goto(`${server.url}/sign-in`);
    await page.goBack();
    await execute(page);
    await shown(page, 'anonymous').waitFor();
    expect(await box.isChecked()).toBe(false);
    // Whoever signs in from then on is not who ticked the box.
    await box.check();
    await page.getByText('Signed in as service:ci').waitFor();
    await other.evaluate((name) => localStorage.setItem(name, 'another'), pageSecretName);
    await page.getByText('Signed in as service:ci').waitFor({ state: 'hidden' });
    expect(await box.isChecked()).toBe(false);
    expect(faults).toEqual([]);
  });

  it('GraphiQL’s examples are about what is there for whoever is signed in, also where it was opened before', async () => {
    const client = createClient({ url: server.url, apiKey: server.key });
    const made = await client.createTask({ task: 'asks', runId: 'asked', status: 'AWAITING_APPROVAL' });
    const { databaseId } = expectType(made, 'Task');
    const { approval } = (await client.task({ databaseId })) ?? {};
    const { page, faults } = await open(`${server.url}/graphql`);
    const variablesOf = async (title: string) => {
      await page.getByRole('button', { name: 'Execute query' }).waitFor();
      return eventually(async () => {
        const text = await page.evaluate(() => localStorage.getItem('graphiql:tabState'));
        const { tabs } = JSON.parse(text ?? '{ "tabs": [] }') as {
          tabs: { title: string; variables: string }[];
        };
        return JSON.parse(tabs.find((tab) => tab.title === title)?.variables ?? expect.fail(title));
      });
    };
    expect(await variablesOf('OneRun')).toEqual({ runId: 'nightly-2025-01-15' });
    await page.goto(`${server.url}/sign-in?return_to=/sign-in`);
    await enterKey(page);
    await page.getByText('You are signed in').waitFor();
    await page.goto(`${server.url}/graphql`);
    await page.locator('.graphiql-query-editor').getByText('to act as').waitFor();
    expect(await variablesOf('ApproveTask')).toEqual({
      input: { task: { databaseId }, approvalId: approval?.databaseId, note: 'Looks right.' },
    });
    expect(await variablesOf('OneRun')).toEqual({ runId: 'asked' });
    expect(await page.getByLabel('Use my sign-in in this tab').isChecked()).toBe(false);
    expect(faults).toEqual([]);
  });

  it('GraphiQL says where nobody is signed in', async () => {
    const { page } = await open(`${server.url}/graphql`);
    await page.getByLabel('Use my sign-in in this tab').check();
    await page.getByText('Nobody is signed in.').waitFor();
    expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(
      '/sign-in?return_to=/graphql',
    );
  });

  it('a page of another origin signs nobody in or out, and reads nothing', async () => {
    const { page } = await open(`${server.url}/sign-in?return_to=/sign-in`);
    await enterKey(page);
    await page.getByText('You are signed in').waitFor();
    const before = await sessions();
    const hostile = await serveElsewhere(
      `<form method="post" action="${server.url}/sign-in/key"><input name="key" value="${key}"><button>key</button></form>
       <form method="post" action="${server.url}/sign-out"><button>out</button></form>`,
    );
    for (const name of ['key', 'out']) {
      await page.goto(hostile);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await page.getByRole('button', { name }).click();
      expect((await answer).status()).toBe(403);
    }
    await page.goto(hostile);
    const read = await page.evaluate(async (url) => {
      const tries = [
        fetch(`${url}/agents/tasks/paged`, { credentials: 'include' }),
        fetch(`${url}/graphql`, {
          method: 'POST',
          credentials: 'include',
          headers: { 'content-type': 'application/json', 'x-nightshift-session': 'on' },
          body: '{"query":"{viewer{id}}"}',
        }),
      ];
      return Promise.all(tries.map((one) => one.then((answer) => answer.text()).catch(() => 'refused')));
    }, server.url);
    expect(read).toEqual(['refused', 'refused']);
    expect(await sessions()).toEqual(before);
  });
});
