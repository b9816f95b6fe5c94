import { expect, it } from 'vitest';
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
