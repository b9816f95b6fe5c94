import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { protocol, protocolHeader } from '../../../contract/protocol.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { describeInBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/databases.ts';
import { type Answer, type Sent, send } from '../serve.ts';
import { startServer } from '../startServer.ts';

const browser = { accept: 'text/html' };
const pages: [kind: string, path: string, sent?: Sent][] = [
  ['the first page', '/'],
  ['GraphiQL', '/graphql', { headers: browser }],
  ['the documentation', '/docs'],
  ['the page of a link', '/a/<token>'],
  ['the page of a link that leads nowhere', '/a/none'],
];
const data: [kind: string, path: string, sent?: Sent][] = [
  ['a list', '/agents/tasks/paged'],
  ['a CSV', '/agents/tasks/paged.csv'],
  ['the audit log', '/agents/decisions.csv'],
  ['the metrics', '/metrics'],
  ['readiness', '/ready'],
  ['the OpenAPI description', '/openapi.json'],
  ['a file of the page', '/theme.js'],
  ['a path that is not there', '/nothing'],
  ['a path with a wrong encoding', '/%ff'],
  ['a wrong method', '/', { method: 'DELETE' }],
  ['a wrong value', '/agents/tasks/paged?limit=many'],
  ['a foreign host', '/', { headers: { host: 'example.org' } }],
  ['an operation', '/graphql', { method: 'POST', json: { query: '{ viewer { id } }' } }],
  ['a refused operation', '/graphql', { method: 'POST', json: { query: '{ none }' } }],
  ['an operation in the address', '/graphql?query={viewer{id}}'],
  ['no operation', '/graphql/none'],
];

/** Serves a task that waits for a decision until the end of the block of tests; gives the address of each path. */
function serveWithLink() {
  const database = useDatabase('postgres');
  let server: RunningServer;
  let token: string;
  beforeAll(async () => {
    const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    server = await startServer({ ...config, database: database.config() });
    const json = { task: 'asks', run_id: 'nightly', status: 'awaiting_approval' };
    await send(server.url, '/agents/tasks/', { method: 'POST', json });
    token = (await createLink(server.store.db, 1, 'ann@example.org')) ?? '';
    expect(token).not.toBe('');
    return () => server.close();
  });
  return { url: () => server.url, fill: (path: string) => path.replace('<token>', token) };
}

/** The directives of a policy, with what each allows. */
function policyOf({ headers }: Answer): Map<string, string> {
  const text = String(headers['content-security-policy'] ?? '');
  return new Map(
    text.split('; ').map((part) => {
      const [name = '', ...sources] = part.split(' ');
      return [name, sources.join(' ')];
    }),
  );
}

describe('An answer tells a browser what it may do with it:', () => {
  const { url, fill } = serveWithLink();

  it.each(pages)('%s may do what it needs, and nothing else', async (kind, path, sent) => {
    const answer = await send(url(), fill(path), sent);
    expect(answer.headers['content-type']).toContain('text/html');
    const policy = policyOf(answer);
    for (const directive of ['default-src', 'object-src', 'base-uri', 'frame-ancestors'])
      expect([directive, policy.get(directive)]).toEqual([directive, "'none'"]);
    const hasForms = kind === 'the first page' || kind.startsWith('the page of a link');
    expect(policy.get('form-action')).toBe(hasForms ? "'self'" : "'none'");
    const styles = ['GraphiQL', 'the documentation'];
    const loose = [...policy].filter(([, sources]) => /unsafe-|https?:|\*/.test(sources));
    expect(loose.map(([name]) => name)).toEqual(styles.includes(kind) ? ['style-src'] : []);
    expect(answer.headers['referrer-policy']).toBe('same-origin');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it.each(pages)('%s names the hash of each script and style that stands in it', async (kind, path, sent) => {
    const answer = await send(url(), fill(path), sent);
    const policy = policyOf(answer);
    for (const [, tag, text = ''] of answer.text.matchAll(/<(script|style)>([\s\S]*?)<\/\1/g)) {
      const allowed = policy.get(`${tag}-src`);
      if (allowed === "'unsafe-inline'") continue;
      const hash = createHash('sha256').update(text).digest('base64');
      expect([kind, tag, allowed?.includes(`'sha256-${hash}'`)]).toEqual([kind, tag, true]);
    }
  });

  it.each(data)('%s runs, loads and frames nothing', async (_kind, path, sent) => {
    const { headers } = await send(url(), path, sent);
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-type'] ?? '').not.toContain('html');
  });

  it('what the command line and workers get is not longer for it', async () => {
    const { headers } = await send(url(), '/graphql', {
      method: 'POST',
      json: { query: '{ viewer { id } }' },
      headers: { [protocolHeader]: String(protocol) },
    });
    expect(headers).not.toHaveProperty('content-security-policy');
    expect(headers).not.toHaveProperty('referrer-policy');
  });
});

describeInBrowser('A browser keeps to the policy of', (open) => {
  const { url, fill } = serveWithLink();

  it.each(pages)('%s: the page works, and no script that is put into it runs', async (_kind, path) => {
    const { page, faults } = await open(url() + fill(path));
    await page.locator(ready).first().waitFor();
    // A link that leads nowhere is a 404, which the console mentions.
    expect(faults.filter((fault) => !fault.includes('status of 404'))).toEqual([]);
    for (const attack of attacks) await page.evaluate(attack);
    await expect.poll(() => faults.filter((fault) => fault.includes('policy: script-src')).length).toBe(3);
    expect(await page.evaluate(() => 'wasRun' in globalThis)).toBe(false);
  });

  it.each(data.filter(([, path, sent]) => sent === undefined && !path.endsWith('.csv')))(
    '%s, which it shows without a fault',
    async (_kind, path) => {
      const { faults } = await open(url() + path);
      expect(faults.filter((fault) => !fault.includes('the server responded with a status of'))).toEqual([]);
    },
  );

  it.each([...pages, ['a list', '/agents/tasks/paged']])(
    '%s: no other page can frame it',
    async (_kind, path) => {
      const other = createServer((_request, response) => {
        response.setHeader('content-type', 'text/html');
        response.end(`<iframe src="${url()}${fill(path as string)}"></iframe>`);
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void other.close());
      await once(other, 'listening');
      const { page } = await open(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
      await expect.poll(() => page.frames().at(1)?.url()).toContain('chrome-error:');
    },
  );

  it('GraphiQL, which reads, completes, checks, formats and searches what is typed, and shows the schema', async () => {
    const { page, faults } = await open(`${url()}/graphql`);
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Mutation', { exact: true }).click();
    await page.locator('.graphiql-doc-explorer').getByText('approveTask').first().waitFor();
    await editor(page).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('query Typed { view');
    const suggested = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'viewer' });
    // What completes may not have read the schema yet.
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+Space');
        return suggested.count();
      })
      .toBeGreaterThan(0);
    await suggested.first().click();
    await page.keyboard.type(' { id nothing }');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor({ state: 'attached' });
    await page.keyboard.press('Control+F');
    await page.locator('.find-widget.visible').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Prettify' }).first().click();
    await page.getByRole('button', { name: 'Variables' }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor').click();
    await page.keyboard.type('{ "a": tru');
    expect(page.workers().length).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });
});

/** Something that each page shows when it is there. */
const ready = 'h1, .graphiql-execute-button, .opblock';

const editor = (page: Page) => page.locator('.graphiql-query-editor .monaco-editor').first();

/** What a hostile text would do if it got into a page: bring a script, load one, handle a click. */
const attacks = [
  () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.wasRun = true';
    document.body.append(script);
  },
  () => {
    const script = document.createElement('script');
    script.src = 'data:text/javascript,globalThis.wasRun = true';
    document.body.append(script);
  },
  () => {
    document.body.insertAdjacentHTML('beforeend', '<p onclick="globalThis.wasRun = true" id="handler"></p>');
    document.getElementById('handler')?.click();
  },
];
