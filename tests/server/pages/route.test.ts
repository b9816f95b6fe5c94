import { readFileSync } from 'node:fs';
import { buildSchema, NoDeprecatedCustomRule, parse, specifiedRules, validate } from 'graphql';
import { expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { serve } from '../serve.ts';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

const unbuilt = { findPage: () => undefined };

describeOnEither('An address that a notification leads to, until the page is built', (database) => {
  it('opens GraphiQL with the question that shows it', async () => {
    const { send } = await serve(database.db(), {}, unbuilt);
    const seen = async (path: string) => {
      const { status, headers } = await send(path, { key: null });
      expect(status).toBe(302);
      const target = new URL(headers.location ?? '', `http://here${path}`);
      expect(target.pathname).toBe('/graphql');
      const query = target.searchParams.get('query') ?? '';
      expect(validate(schema, parse(query), [...specifiedRules, NoDeprecatedCustomRule])).toEqual([]);
      return query;
    };
    expect(await seen('/runs/nightly-2025-01-15')).toContain('run(runId: "nightly-2025-01-15")');
    expect(await seen(`/runs/${encodeURIComponent('a b/ü?"){ } #\u2028')}`)).toContain(
      'run(runId: "a b/ü?\\"){ } #\u2028") {',
    );
    expect(await seen('/tasks/42')).toContain('task(by: { databaseId: 42 })');
    expect(await seen('/approvals/42')).toContain('mayDecide');
    const long = `${'acme/'.repeat(20)}site:nightly`;
    expect(await seen(`/plans/${encodeURIComponent(long)}`)).toContain(`scheduledRuns(plan: "${long}"`);
    expect(await seen(`/plans/${long}`)).toContain(`scheduledRuns(plan: "${long}"`);
  });

  it('leads on from below a path of a proxy as well', async () => {
    const { send } = await serve(database.db(), {}, unbuilt);
    const { headers } = await send('/tasks/7');
    expect(new URL(headers.location ?? '', 'https://example.org/night/tasks/7').pathname).toBe(
      '/night/graphql',
    );
  });
});
