import { describe, expect, it } from 'vitest';
import type { Task } from '../../../client/index.ts';
import type { Attempt } from '../../../orchestrator/attempt/runStep.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { unreportedResult } from '../../../orchestrator/run/result.ts';

function stepWith(more: object) {
  const [step] = readPlan({ steps: [{ task: 'a', cmd: ['a'], ...more }] }, '/x.plan.ts', 'x').steps;
  if (step === undefined) throw new Error('no step');
  return step;
}

const pull = 'https://github.com/acme/site/pull/9';
const attempt = (more: Partial<Attempt>): Attempt => ({
  ending: { kind: 'exit', code: 0 },
  reason: null,
  durationMs: 5,
  outputs: {},
  logExcerpt: 'said',
  startedAt: '2025-01-15T02:30:00.000Z',
  finishedAt: '2025-01-15T02:30:00.005Z',
  links: { declared: null, candidates: [] },
  made: { outputsUri: null, holds: false },
  ...more,
});
const failed = attempt({ ending: { kind: 'exit', code: 3 }, reason: 'exit code 3' });

describe('A step of which the server cannot be asked when its run ends', () => {
  it('is queued where this process made no attempt at it', () =>
    expect(unreportedResult(stepWith({}), undefined)).toMatchObject({
      status: 'queued',
      reason: 'the server could not be reached',
    }));

  it('is what the server answered to its report', () => {
    const answer = { task: 'a', status: 'QUEUED', reason: 'exit code 3', databaseId: 7 } as Task;
    expect(unreportedResult(stepWith({}), { number: 1, attempt: failed, answer })).toMatchObject({
      status: 'queued',
      reason: 'exit code 3',
      databaseId: 7,
      exitCode: 3,
    });
  });

  it('is what the rule makes of a report that is kept: tried again, failed, or awaiting approval', () => {
    const kept = (more: object, number: number, one: Attempt) => {
      const { status, reason, outputsUri } = unreportedResult(stepWith(more), { number, attempt: one });
      return [status, reason, outputsUri];
    };
    expect(kept({ retries: 1 }, 1, failed)).toEqual(['queued', 'exit code 3', null]);
    expect(kept({ retries: 1 }, 2, failed)).toEqual(['failed', 'exit code 3', null]);
    expect(kept({ retries: 1, retryOn: ['lost'] }, 1, failed)).toEqual(['failed', 'exit code 3', null]);
    const opened = attempt({ made: { outputsUri: pull, holds: true } });
    expect(kept({}, 1, opened)).toEqual(['awaiting_approval', null, pull]);
    expect(kept({ approval: 'never' }, 1, opened)).toEqual(['succeeded', null, pull]);
  });
});
