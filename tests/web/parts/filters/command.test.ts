import { describe, expect, it } from 'vitest';
import { momentOf, readValues } from '../../../../web/parts/filters/fields.ts';
import { toCommand } from '../../../../web/parts/filters/toCommand.ts';
import { runFields } from '../../../../web/runs/runFilters.ts';
import { taskFields, taskFilterOf } from '../../../../web/tasks/taskFilters.ts';
import { noFilters } from '../../support/noFilters.ts';

describe('The values of a filter', () => {
  it('that an old link holds are left out where the filter cannot have them', () => {
    expect(readValues(taskFields.status, ['failed', 'broken', '', 'failed', 'toString'])).toEqual(['failed']);
    expect(readValues(taskFields.since, ['7d', 'soon', '2025-01-15'])).toEqual(['2025-01-15']);
    expect(readValues(taskFields.since, ['7d', '900000d', '99999999999d'])).toEqual(['7d']);
    expect(readValues(taskFields.task, ['a', '', 'a', 'b'])).toEqual(['a', 'b']);
    const many = Array.from({ length: 60 }, (_, at) => String(at));
    expect([readValues(taskFields.task, many).length, readValues(runFields.plan, many).length]).toEqual([
      50, 10,
    ]);
    expect(readValues(taskFields.text, ['a', 'no space', 'x'.repeat(101)])).toEqual(['no space']);
    expect(readValues(taskFields.acknowledged, ['1', 'true'])).toEqual(['true']);
  });

  it('become the filter of the API', () => {
    expect(taskFilterOf(noFilters)).toEqual({});
    expect(
      taskFilterOf({
        status: ['awaiting_approval'],
        task: ['a'],
        run: ['b', 'c'],
        approval: ['pending'],
        acknowledged: [],
        unacknowledged: ['true'],
        text: ['no space'],
        since: ['2025-01-15'],
        until: ['2025-01-16T02:30:00+01:00'],
      }),
    ).toEqual({
      status: ['AWAITING_APPROVAL'],
      task: ['a'],
      runId: ['b', 'c'],
      approvalState: ['PENDING'],
      acknowledged: false,
      text: 'no space',
      since: '2025-01-15T00:00:00Z',
      until: '2025-01-16T01:30:00Z',
    });
  });

  it('that say how long ago count from when they were first read, so that a list stays the same', () => {
    const now = Date.UTC(2025, 0, 15);
    expect(momentOf('3d', now)).toBe('2025-01-12T00:00:00.000Z');
    expect(momentOf('3d', now + 60_000)).toBe('2025-01-12T00:00:00.000Z');
    expect(momentOf('3d', now + 3_600_000)).toBe('2025-01-12T01:00:00.000Z');
  });

  it('become a command, whose words a shell takes as they are', () => {
    const values = {
      ...noFilters,
      status: ['failed'],
      task: ["it's", '$(reboot)', 'a,b'],
      unacknowledged: ['true'],
      text: ['a,b'],
      since: ['7d'],
    };
    expect(toCommand('nightshift list', taskFields, values)).toBe(
      `nightshift list --status failed --task 'it'\\''s' --task '$(reboot)' --task 'a\\,b' --unacknowledged --text a,b --since 7d`,
    );
  });
});
