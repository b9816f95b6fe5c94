import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisionFacts } from '../../../contract/words/decisions.ts';
import { isFinalStatus, taskStatuses } from '../../../contract/words/taskStatus.ts';
import { canMove, explainRefusal, sourcesOf } from '../../../domain/tasks/status.ts';

const status = fc.constantFrom(...taskStatuses);

describe('The status table', () => {
  it('lets a report move a task exactly as the design says', () => {
    const moves = taskStatuses.flatMap((from) =>
      taskStatuses.filter((to) => from !== to && canMove(from, to, 'report')).map((to) => `${from} → ${to}`),
    );
    expect(moves).toEqual([
      'queued → running',
      'queued → succeeded',
      'queued → failed',
      'queued → awaiting_approval',
      'queued → skipped',
      'running → queued',
      'running → succeeded',
      'running → failed',
      'running → awaiting_approval',
      'running → skipped',
    ]);
  });

  it('lets decisions end what awaits approval, and cancelling also what has not ended', () => {
    expect(sourcesOf(decisionFacts.approve.status, 'approve')).toEqual(['awaiting_approval']);
    expect(sourcesOf(decisionFacts.reject.status, 'reject')).toEqual(['awaiting_approval']);
    expect(sourcesOf(decisionFacts.cancel.status, 'cancel')).toEqual([
      'queued',
      'running',
      'awaiting_approval',
    ]);
  });

  it('never leaves a final status and never decides by a report', () => {
    fc.assert(
      fc.property(status, status, (from, to) => {
        if (from === to) return;
        if (isFinalStatus(from))
          expect(canMove(from, to, 'report') || canMove(from, to, 'cancel')).toBe(false);
        if (from === 'awaiting_approval') expect(canMove(from, to, 'report')).toBe(false);
      }),
    );
  });

  it('says of every status what can be done instead', () => {
    for (const from of taskStatuses) expect(explainRefusal(from)).toMatch(/final|instead|may change/);
  });
});
