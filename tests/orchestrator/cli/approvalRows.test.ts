import { expect, it } from 'vitest';
import {
  approvalRecord,
  describeAsked,
  describeDecision,
  describePullRequest,
  describeWait,
} from '../../../orchestrator/cli/approvalRows.ts';

const pull = { owner: 'acme', repo: 'site', number: 9, state: 'open', author: null };
const shown = (more: object) =>
  describePullRequest({ state: 'PENDING', pullRequest: { ...pull, ...more } } as Parameters<
    typeof describePullRequest
  >[0]);

it('shows no pull request as open that the server has not heard of', () => {
  expect(shown({ headSha: null, checkedAt: null })).toMatch(/^acme\/site#9 not checked yet: .*GITHUB_TOKEN/);
  expect(shown({ headSha: 'a'.repeat(40), checkedAt: null })).toBe(
    `acme/site#9 open, head ${'a'.repeat(12)}`,
  );
});

it('gives programs no state of a pull request that the server has not heard of', () => {
  const record = (headSha: string | null) =>
    approvalRecord({
      kind: 'OUTPUT',
      state: 'PENDING',
      policy: { onExpire: 'EXPIRE' },
      pullRequest: { ...pull, headSha, checkedAt: null },
    } as never);
  expect(record(null)).toMatchObject({ pull_request: { state: 'not_checked' } });
  expect(record('a'.repeat(40))).toMatchObject({ pull_request: { state: 'open' } });
});

it('says how many approvals a task waits for, one as well', () => {
  const rest = { state: 'PENDING', expiresAt: null, staleAt: null, escalatedAt: null, problem: null };
  const waitsFor = (required: number, voters: string[], kind = 'OUTPUT') =>
    describeWait({
      ...rest,
      kind,
      policy: { required, approvers: [], alsoApprovers: [] },
      voters,
    } as unknown as Parameters<typeof describeWait>[0]);
  expect(waitsFor(1, [])).toBe('1 approval');
  expect(waitsFor(2, ['ann@example.org'])).toBe('1 of 2 approvals (ann@example.org)');
  expect(waitsFor(1, [], 'GATE')).toBe('1 approval before it runs');
  expect(waitsFor(2, [], 'GATE')).toBe('0 of 2 approvals before it runs');
});

it('says whole what a task asks for: its link with the pull request, or what is to run', () => {
  const asked = (more: object) =>
    describeAsked({
      inputs: { cmd: ['npm', 'run', 'deploy'] },
      outputsUri: null,
      reason: null,
      approval: { kind: 'OUTPUT', state: 'PENDING', pullRequest: null },
      ...more,
    } as Parameters<typeof describeAsked>[0]);
  const outputsUri = 'https://github.com/acme/site/pull/9';
  const approval = { kind: 'OUTPUT', state: 'PENDING', pullRequest: { ...pull, headSha: 'a'.repeat(40) } };
  expect(asked({ outputsUri, approval })).toBe(`${outputsUri} (acme/site#9 open, head ${'a'.repeat(12)})`);
  expect(asked({ outputsUri })).toBe(outputsUri);
  expect(asked({})).toBe('no link');
  const gate = { approval: { kind: 'GATE', state: 'PENDING', pullRequest: null } };
  expect(asked({ ...gate, reason: 'asks before it runs' })).toBe('asks before it runs: npm run deploy');
  expect(asked({ ...gate, inputs: null })).toBe('asks before it runs');
});

it('names everybody who approved where one was not enough', () => {
  const decided = (required: number, voters: string[]) =>
    describeDecision({
      approvalState: 'APPROVED',
      approver: 'ben',
      approvalNote: 'fine',
      approval: { state: 'APPROVED', policy: { required }, voters } as never,
    });
  expect(decided(2, ['ann', 'ben'])).toBe('approved by ben "fine" 2 of 2 approvals (ann, ben)');
  expect(decided(1, ['ben'])).toBe('approved by ben "fine"');
});
