import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { readServerConfig } from '../server/config.ts';
import { startServer } from '../server/server.ts';
import { invent } from './screenshots/invent.ts';
import { findBrowser, launchArguments } from './support/findBrowser.ts';
import { signedInAs } from './web/support/signedInAs.ts';

/**
 * `npm run screenshots`: makes the pictures of the page in `docs/images`, of a server with invented tasks. `-- FOLDER` puts
 * them elsewhere, and has each view in both themes and three widths, to look at.
 */
const [folder = 'docs/images'] = process.argv.slice(2);
const isForDocs = folder === 'docs/images';
const widths = isForDocs ? [1280] : [360, 1280, 2560];
const themes = isForDocs ? (['light'] as const) : (['light', 'dark'] as const);
const height = 800;

const data = mkdtempSync(join(tmpdir(), 'nightshift-screenshots-'));
const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', NIGHTSHIFT_DATA: data });
const server = await startServer(config);
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath !== undefined && { executablePath }),
  args: launchArguments,
});
const { prepare: signIn } = await signedInAs(server, 'ada@example.org', ['admin', 'operator']);
try {
  mkdirSync(folder, { recursive: true });
  if (!isForDocs)
    await takeAll([
      ['tasks-empty', '/tasks'],
      ['trends-empty', '/trends'],
    ]);
  const { runId, waiting, failed } = await invent(server.store);
  await takeAll([
    ['tonight', '/'],
    ['runs', '/runs'],
    ['run', `/runs/${runId}`],
    ['tasks', '/tasks'],
    ['task', `/tasks/${failed}`],
    ['card', `/approvals/${waiting}`],
    ['trends', '/trends'],
    ['plan', '/plans/acme/site:nightly'],
    ['plans', '/settings/plans'],
    ['settings', '/settings'],
    ['keys', '/settings/keys'],
    ['people', '/settings/people'],
    ['workers', '/settings/workers'],
    ['record', '/settings/record'],
    ['server', '/settings/server'],
  ]);
  if (!isForDocs) {
    const long = await report({
      task: 'x'.repeat(64),
      run_id: 'y'.repeat(64),
      status: 'failed',
      inputs: { [`name${'n'.repeat(60)}`]: 'v'.repeat(300) },
      log_excerpt: `${'long '.repeat(80)}\n${'w'.repeat(400)}`,
      outputs_uri: `https://example.org/${'z'.repeat(300)}`,
    });
    await report({ task: 'בדיקת קישורים', run_id: 'ליל', status: 'succeeded' });
    await takeAll([
      ['approvals', '/approvals'],
      ['tasks-long', '/tasks'],
      ['tasks-filtered', '/tasks?status=failed&since=7d&task=none'],
      ['task-long', `/tasks/${long}`],
      ['trends-long', '/trends?since=360d&sort=slowest'],
      ['trends-quarter', '/trends?since=90d&plan=acme/site:nightly'],
    ]);
  }
} finally {
  await browser.close();
  await server.close();
  rmSync(data, { recursive: true, force: true });
}

async function takeAll(views: [name: string, path: string][]): Promise<void> {
  for (const colorScheme of themes)
    for (const width of widths) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        timezoneId: 'Europe/Berlin',
      });
      await signIn(context);
      const page = await context.newPage();
      for (const [name, path] of views) {
        await page.goto(server.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('Loading…').first().waitFor({ state: 'detached' });
        const file = isForDocs ? `page-${name}.png` : `${name}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: !isForDocs });
      }
      await context.close();
    }
}

async function report(json: object): Promise<number> {
  const answer = await fetch(`${server.url}/agents/tasks/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-admin-key': server.key },
    body: JSON.stringify(json),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return ((await answer.json()) as { id: number }).id;
}
