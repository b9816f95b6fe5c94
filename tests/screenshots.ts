import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { readServerConfig } from '../server/config.ts';
import { startServer } from '../server/server.ts';
import { findBrowser, launchArguments } from './support/findBrowser.ts';

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
try {
  mkdirSync(folder, { recursive: true });
  if (!isForDocs) await takeAll([['tasks-empty', '/tasks']]);
  const ids = await invent();
  await takeAll([
    ['tasks', '/tasks'],
    ['task', `/tasks/${ids.waiting}`],
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
      ['tasks-long', '/tasks'],
      ['tasks-filtered', '/tasks?status=failed&since=7d&task=none'],
      ['task-long', `/tasks/${long}`],
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

/** Fills the server with the tasks of some nights. */
async function invent(): Promise<{ waiting: number }> {
  const steps = ['seo.validate', 'links.check', 'code.review', 'deps.update', 'docs.translate'];
  const night = new Date();
  night.setUTCHours(2, 30, 0, 0);
  let waiting = 0;
  for (let ago = 7; ago >= 0; ago -= 1) {
    const day = new Date(night.getTime() - ago * 86_400_000);
    for (const [at, task] of steps.entries()) {
      const status =
        ago === 0 && at === 3 ? 'awaiting_approval' : (ago + at) % 6 === 1 ? 'failed' : 'succeeded';
      const startedAt = new Date(day.getTime() + at * 240_000);
      const id = await report({
        task,
        run_id: `nightly-${day.toISOString().slice(0, 10)}`,
        status,
        started_at: startedAt.toISOString(),
        duration_ms: 40_000 + ago * 9_000 + at * 31_000,
        inputs: { target: 'staging', limit: 20 },
        ...(task === 'deps.update' && { outputs_uri: `https://github.com/acme/site/pull/${120 - ago}` }),
        log_excerpt: `> ${task}\nreading 42 files\n${status === 'failed' ? 'error: 3 of 42 are broken' : '42 of 42 are well'}\n`,
      });
      if (status === 'awaiting_approval') waiting = id;
    }
  }
  return { waiting };
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
