import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findBrowser, launchArguments } from '../../tests/support/findBrowser.ts';
import { within } from '../waits/within.ts';

/** A view of the page, and the part of it by which its visitor sees that it is there. */
export interface Sight {
  path: string;
  /** As CSS selects it. */
  selector: string;
}

/** Somebody with a browser, who opens views of one server. */
export interface Visitor {
  /**
   * Opens a view in a browser that was never there, or in one that has the files of the page, and gives the milliseconds
   * from then until the part is drawn.
   */
  see(sight: Sight, as: 'new' | 'known'): Promise<number>;
  close(): Promise<void>;
}

/** Starts a browser; null where there is none on this machine. */
export async function openVisitor(url: string): Promise<Visitor | null> {
  const executablePath = findBrowser();
  if (executablePath === undefined) return null;
  const browser = await within(
    'the browser to start',
    chromium.launch({ executablePath, args: launchArguments }),
  );
  const known = await within('a profile of the browser', browser.newContext());
  return {
    async see(sight, as) {
      if (as === 'known') return seeIn(known, url, sight);
      const fresh = await within('a new profile of the browser', browser.newContext());
      try {
        return await seeIn(fresh, url, sight);
      } finally {
        await end(fresh);
      }
    },
    close: () => end(browser),
  };
}

async function seeIn(context: BrowserContext, url: string, { path, selector }: Sight): Promise<number> {
  const visit = async () => {
    const page = await context.newPage();
    await page.addInitScript(noteSight, selector);
    await page.goto(url + path, { waitUntil: 'commit' });
    const seen = await page.waitForFunction(() => (globalThis as { seenAt?: number }).seenAt);
    const millis = (await seen.jsonValue()) ?? Number.NaN;
    await page.close();
    return millis;
  };
  return within(`${selector} on ${url}${path}`, visit());
}

/** Runs in the page before its own scripts: notes when the part has been drawn, from the moment its address was opened. */
function noteSight(selector: string): void {
  const watcher = new MutationObserver(() => {
    if (document.querySelector(selector) === null) return;
    watcher.disconnect();
    // The frame after the next one begins when that has been drawn.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => Object.assign(globalThis, { seenAt: performance.now() })),
    );
  });
  watcher.observe(document, { childList: true, subtree: true });
}

async function end(opened: Browser | BrowserContext): Promise<void> {
  await within('the browser to end', opened.close());
}
