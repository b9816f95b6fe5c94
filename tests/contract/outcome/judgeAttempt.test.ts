import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndedAttempt, judgeAttempt, judgeEnding } from '../../../contract/outcome/judgeAttempt.ts';
import { stepDefinition } from '../../../contract/plan/step.ts';
import { endedAttempt } from '../../../orchestrator/outcome/ending.ts';

type Approval = 'auto' | 'always' | 'never';

const exit = (exitCode: number): EndedAttempt => ({ ending: 'exit', exitCode });
const step = (more: object = {}) => stepDefinition.parse({ task: 't', ...more });

describe('An outcome', () => {
  const bad: fc.Arbitrary<EndedAttempt> = fc.oneof(
    fc
      .integer({ min: 1, max: 255 })
      .filter((code) => code !== 77)
      .map(exit),
    fc.constantFrom<EndedAttempt>(
      { ending: 'lost' },
      endedAttempt({ kind: 'signal', signal: 'SIGKILL' }),
      endedAttempt({ kind: 'timeout', afterMs: 1000 }),
      endedAttempt({ kind: 'idle', afterMs: 1000 }),
      endedAttempt({ kind: 'interrupted', by: 'SIGTERM' }),
      endedAttempt({ kind: 'unstartable', why: 'no program' }),
    ),
  );

  it('is failed for every end that is not exit code 0 or 77', () => {
    const approvals = fc.constantFrom<Approval>('auto', 'always', 'never');
    fc.assert(
      fc.property(bad, approvals, fc.boolean(), (attempt, approval, holds) => {
        const judgement = judgeEnding({ reason: 'all is well', ...attempt }, step({ approval }), holds);
        expect(judgement.status).toBe('failed');
        expect(judgement.reason).not.toBeNull();
        // It is the task's where no try is left.
        expect(judgeAttempt(attempt, step({ approval }), 1, holds).status).toBe('failed');
      }),
    );
  });

  it.each([
    ['auto', true, 'awaiting_approval'],
    ['auto', false, 'succeeded'],
    ['always', false, 'awaiting_approval'],
    ['never', true, 'succeeded'],
  ] as const)('of a success with approval %s where something holds: %s, is %s', (approval, holds, status) =>
    expect(judgeEnding(exit(0), step({ approval }), holds)).toEqual({ status, reason: null }),
  );

  it('of exit code 77 is skipped, with the last line as the reason', () => {
    const skipped = { ...exit(77), reason: 'no pages to check' };
    const judgement = { status: 'skipped', reason: 'no pages to check' };
    expect(judgeAttempt(skipped, step({ approval: 'always', retries: 1 }), 1, false)).toEqual(judgement);
  });

  it.each([
    [77, 0, 'failed'],
    [3, 3, 'skipped'],
    [77, 3, 'failed'],
    [0, 0, 'succeeded'],
  ] as const)('of exit code %i where %o means skipped is %s', (code, skipCode, status) =>
    expect(judgeEnding(exit(code), step({ skipCode }), false).status).toBe(status),
  );

  it.each([
    [{ kind: 'signal', signal: 'SIGKILL' }, 'killed by SIGKILL'],
    [{ kind: 'timeout', afterMs: 1000 }, 'timed out after 1.0s'],
    [{ kind: 'idle', afterMs: 600_000 }, 'no output for 10m'],
    [{ kind: 'cancelled', by: 'ada' }, 'cancelled by ada'],
    [{ kind: 'cancelled', by: null }, 'cancelled'],
    [{ kind: 'interrupted', by: 'SIGTERM' }, 'ended by SIGTERM'],
    [{ kind: 'unstartable', why: 'no program' }, 'could not be started: no program'],
    [{ kind: 'exit', code: 2 }, 'exit code 2'],
  ] as const)('of %o says why', (ending, reason) =>
    expect(judgeEnding(endedAttempt(ending), step(), false).reason).toBe(reason),
  );

  it('is another attempt while tries are left, after what the step is retried, and later each time', () => {
    const tried = step({ retries: 2, retryOn: ['exit'], backoff: { delayMs: 1000, factor: 3, maxMs: 2000 } });
    const again = (afterSeconds: number) => ({ status: 'queued', reason: 'exit code 2', afterSeconds });
    expect(judgeAttempt(exit(2), tried, 1, false)).toEqual(again(1));
    expect(judgeAttempt(exit(2), tried, 2, false)).toEqual(again(2));
    expect(judgeAttempt(exit(2), tried, 3, false)).toEqual({ status: 'failed', reason: 'exit code 2' });
    expect(judgeAttempt({ ending: 'lost' }, tried, 1, false).status).toBe('failed');
  });

  it('of a lost worker is another attempt at once, and later where that was lost before', () => {
    const tried = step({ retries: 3, backoff: { delayMs: 1000, factor: 3, maxMs: 60_000 } });
    const again = (afterSeconds: number) => ({
      status: 'queued',
      reason: 'lost: its worker stopped sending heartbeats and its lease expired',
      afterSeconds,
    });
    expect(judgeAttempt({ ending: 'lost' }, tried, 1, false)).toEqual(again(0));
    expect(judgeAttempt({ ending: 'lost' }, tried, 2, false)).toEqual(again(0));
    expect(judgeAttempt({ ending: 'lost', lostBefore: true }, tried, 2, false)).toEqual(again(3));
    expect(judgeAttempt({ ending: 'lost' }, step(), 1, false).status).toBe('failed');
  });

  it('is another attempt, whatever the retries, where the worker was stopped before the command began', () => {
    const stopped = { ending: 'interrupted', reason: 'ended by SIGTERM' } as const;
    expect(judgeAttempt({ ...stopped, durationMs: 0 }, step(), 1, false)).toMatchObject({ status: 'queued' });
    expect(judgeAttempt({ ...stopped, durationMs: 1 }, step(), 1, false)).toMatchObject({ status: 'failed' });
  });
});
