import { expect, it } from 'vitest';
import { describePullRequest } from '../../../orchestrator/cli/approvalRows.ts';

const pull = { owner: 'acme', repo: 'site', number: 9, state: 'open', author: null };
const shown = (more: object) =>
  describePullRequest({ pullRequest: { ...pull, ...more } } as Parameters<typeof describePullRequest>[0]);

it('shows no pull request as open that the server has not heard of', () => {
  expect(shown({ headSha: null, checkedAt: null })).toMatch(/^acme\/site#9 not seen yet: .*GITHUB_TOKEN/);
  expect(shown({ headSha: 'a'.repeat(40), checkedAt: null })).toBe(
    `acme/site#9 open, head ${'a'.repeat(12)}`,
  );
});
