import { NoDeprecatedCustomRule, parse, specifiedRules, validate } from 'graphql';
import { expect, it } from 'vitest';
import { buildSchema } from '../../../schema/index.ts';
import { exampleTabs } from '../../../server/graphql/examples.ts';

it('The comments of GraphiQL’s examples fit into its narrow editor', () => {
  const comments = exampleTabs.flatMap(({ query }) => query.match(/^#.*$/gm) ?? []);
  expect(comments.filter((line) => line.length > 57)).toEqual([]);
});

it('GraphiQL’s first example says where the key goes, and that each tab needs it, and again after a reload', () => {
  const text = exampleTabs[0]?.query.replaceAll('\n# ', ' ');
  expect(text).toContain('{ "authorization": "Bearer <key>" }');
  expect(text).toContain('Each tab has its own Headers, and a reload forgets them.');
});

it('GraphiQL’s examples are valid, use nothing that is deprecated, and have one name each', () => {
  const schema = buildSchema();
  const rules = [...specifiedRules, NoDeprecatedCustomRule];
  for (const { query } of exampleTabs) expect(validate(schema, parse(query), rules)).toEqual([]);
  const names = exampleTabs.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]);
  expect(new Set(names).size).toBe(exampleTabs.length);
  expect(names).toEqual(
    expect.arrayContaining([
      'WaitingForMe',
      'DecideSeveral',
      'Decisions',
      'Deliveries',
      'Schedule',
      'StartRun',
      'RetryRun',
      'CancelRun',
      'Viewer',
    ]),
  );
});
