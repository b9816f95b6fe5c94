import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import { findBrowser, launchArguments } from './findBrowser.ts';
import { waitLimitMs } from './hangLimit.ts';

/** A page in a fresh profile of its own, and what went wrong in it. */
export interface Visit {
  page: Page;
  /**
   * Errors in the console, uncaught exceptions, what a page's policy did not let it do, and requests to anywhere but the
   * server of the first address.
   */
  faults: string[];
}

/** Who visits, beside a new visitor. */
export interface VisitOptions extends BrowserContextOptions {
  /** Gives the browser what the visitor has, such as a cookie, before it opens anything. */
  prepare?: (context: BrowserContext) => Promise<void>;
  /** Whether warnings in the console are faults as well. @default false */
  isStrict?: boolean;
}

/** Opens an address as a new visitor until the end of the test. */
export type OpenPage = (url: string, options?: VisitOptions) => Promise<Visit>;

/**
 * Runs tests in a real browser. On a machine without one they are skipped, or fail where NIGHTSHIFT_REQUIRE_ALL=1
 * says that nothing may be left out.
 */
export function describeInBrowser(title: string, tests: (open: OpenPage) => void): void {
  const executablePath = findBrowser();
  const required = process.env.NIGHTSHIFT_REQUIRE_ALL === '1';
  describe.skipIf(executablePath === undefined && !required)(title, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      if (executablePath === undefined) throw new Error(missing);
      browser = await chromium.launch({ executablePath, args: launchArguments, timeout: waitLimitMs });
    });
    afterAll(() => browser?.close());
    tests(async (url, { prepare, isStrict = false, ...options } = {}) => {
      if (!browser) throw new Error('The browser is there inside tests only.');
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      context.setDefaultTimeout(waitLimitMs);
      const faults = watch(context, new URL(url).origin, isStrict);
      await context.addInitScript(reportViolations);
      await prepare?.(context);
      const page = await context.newPage();
      await page.goto(url);
      return { page, faults };
    });
  });
}

const missing =
  'Expected Chromium or Chrome, found none that starts. Install one (Debian: apt-get install chromium), ' +
  'or set CHROMIUM_PATH to its executable.';

/** Runs in every page, before its own scripts. */
function reportViolations(): void {
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) =>
    console.error(`policy: ${effectiveDirective} ${blockedURI} ${sample}`),
  );
}

function watch(context: BrowserContext, origin: string, isStrict: boolean): string[] {
  const faults: string[] = [];
  const check = (url: string) => {
    if (!/^(data|blob):/.test(url) && new URL(url).origin !== origin) faults.push(`request to ${url}`);
  };
  context.on('request', (request) => check(request.url()));
  context.on('page', (page) => page.on('websocket', (socket) => check(socket.url())));
  context.on('weberror', (thrown) => faults.push(`exception: ${thrown.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' || (isStrict && message.type() === 'warning'))
      faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  return faults;
}
