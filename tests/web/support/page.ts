import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { beforeAll, expect } from 'vitest';
import { type Role, roleFacts, roles } from '../../../contract/words/people.ts';
import type { Scope } from '../../../contract/words/viewers.ts';
import { readServerConfig } from '../../../server/config.ts';
import type { RunningServer } from '../../../server/server.ts';
import { send, type TaskJson } from '../../server/serve.ts';
import { startServer } from '../../server/startServer.ts';
import { describeInBrowser, type Visit, type VisitOptions } from '../../support/browser.ts';
import { type TestDatabase, useDatabase } from '../../support/databases.ts';
import { isFullForm } from '../../support/form.ts';
import { signedInAs } from './signedInAs.ts';

/** How somebody opens a view. */
export interface LookOptions extends VisitOptions {
  /** Who is signed in, with the first role that has these scopes; nobody unless said. */
  as?: { name: string; scopes: Scope[]; provedAt?: Date };
}

/** A server with the page, and a browser. */
export interface PageWorld {
  server(): RunningServer;
  database: TestDatabase;
  /** Opens a view. What goes wrong in it, warnings too, stands in `faults`: expect none at the end. */
  look(path: string, options?: LookOptions): Promise<Visit>;
  /** Records a task as an outside reporter. */
  report(fields?: Record<string, unknown>): Promise<TaskJson>;
  /** Changes one. */
  change(id: number, fields: Record<string, unknown>): Promise<void>;
}

/**
 * Runs tests of views in a real browser on a real server, which reads without a key unless variables close it; on
 * PostgreSQL, and in the full form on both databases.
 */
export function describePage(
  title: string,
  tests: (world: PageWorld) => void,
  variables: Record<string, string> = {},
): void {
  for (const kind of isFullForm ? (['postgres', 'pglite'] as const) : (['postgres'] as const))
    describePageOn(kind, title, tests, variables);
}

function describePageOn(
  kind: TestDatabase['kind'],
  title: string,
  tests: (world: PageWorld) => void,
  variables: Record<string, string>,
): void {
  describeInBrowser(isFullForm ? `${title} (${kind})` : title, (open) => {
    const database = useDatabase(kind);
    let server: RunningServer;
    beforeAll(async () => {
      const config = readServerConfig({ PORT: '0', LOG_LEVEL: 'silent', ...variables });
      server = await startServer({ ...config, database: database.config() });
      return () => server.close();
    });
    tests({
      server: () => server,
      database,
      look: async (path, { as, ...options } = {}) =>
        open(server.url + path, {
          isStrict: true,
          timezoneId: 'Europe/Berlin',
          ...options,
          ...(as && { prepare: await signIn(server, as) }),
        }),
      async report(fields = {}) {
        const json = { task: 'seo.validate', run_id: 'nightly-1', status: 'running', ...fields };
        const answer = await send(server.url, '/agents/tasks/', { method: 'POST', json });
        expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
        return answer.json<TaskJson>();
      },
      async change(id, json) {
        const answer = await send(server.url, `/agents/tasks/${id}`, { method: 'PATCH', json });
        expect(answer.status).toBe(200);
      },
    });
  });
}

/** Signs somebody in, and gives what has a browser be theirs. */
async function signIn(
  server: RunningServer,
  { name, scopes, provedAt }: NonNullable<LookOptions['as']>,
): Promise<NonNullable<VisitOptions['prepare']>> {
  const role = roles.find((one) => scopes.every((scope) => hasScope(one, scope)));
  const { prepare } = await signedInAs(
    server,
    name,
    role === undefined ? [] : [role],
    provedAt && { provedAt },
  );
  return prepare;
}

function hasScope(role: Role, scope: Scope): boolean {
  const scopes: readonly Scope[] = roleFacts[role].scopes;
  return scopes.includes(scope);
}

/** Expects that axe finds nothing on what is shown, in either theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${colorScheme} ${id}: ${html} ${failureSummary}`),
    );
    expect(found).toEqual([]);
  }
}

/** Expects that nothing is wider than the window, so that the page itself never scrolls to the side. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
  ).toBeLessThanOrEqual(0);
}
