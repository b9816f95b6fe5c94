import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatDuration, readDuration } from '../../../contract/text/duration.ts';
import { suggest } from '../../../contract/text/suggest.ts';
import { loadPlan } from '../../../orchestrator/plan/loadPlan.ts';
import { planInput } from '../../../orchestrator/plan/planInput.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';

const directory = mkdtempSync(join(tmpdir(), 'nightshift-plan-'));
afterAll(() => rmSync(directory, { recursive: true }));

const step = { task: 'my.task', cmd: ['node', ['scripts/my-task.mjs', '--flag']] };
const messageOf = (value: unknown) => {
  try {
    readPlan(value, 'x.plan.ts', 'x');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the plan was taken');
};

describe('The approval of a step', () => {
  it('reaches the server with its parts of time as fractions', () => {
    const steps = [{ task: 'a', cmd: ['a'], approval: { remind: ['25%', '99.5%'] } }];
    const plan = readPlan({ steps }, '/plans/nightly.plan.ts', 'nightly');
    expect(planInput(plan, []).steps[0]).toMatchObject({
      approval: 'auto',
      policy: { remind: [0.25, 0.995] },
    });
  });
});

describe('A plan', () => {
  it('takes an entry as the guide to adding tasks shows it, and fills in what it leaves out', () => {
    const plan = readPlan(
      { steps: [{ ...step, env: { MY_VAR: 'value' } }] },
      '/x/nightly.plan.ts',
      'nightly',
    );
    expect(plan).toMatchObject({ name: 'nightly', timezone: 'UTC', file: '/x/nightly.plan.ts' });
    expect(plan.steps).toEqual([
      {
        ...step,
        env: { MY_VAR: 'value' },
        secrets: [],
        timeout: '1h',
        grace: '10s',
        approval: 'auto',
        needs: [],
        labels: [],
        onLostContact: 'goOn',
        skipCode: 77,
        retries: 0,
        retryOn: ['exit', 'timeout', 'lost'],
        backoff: { delay: '10s', factor: 2, max: '10m' },
      },
    ]);
  });

  it.each([
    ['a task named twice', { steps: [step, step] }, /task "my\.task" is used 2 times \(steps 1, 2\)/],
    ['no steps', { steps: [] }, /steps: expected at least one step, got none\./],
    ['nothing at all', undefined, /plan: expected an object, got nothing\./],
    [
      'a schedule that is none',
      { schedule: '99 * * * *', steps: [step] },
      /schedule: expected a cron expression.*got "99 \* \* \* \*"/,
    ],
    [
      'an unknown time zone',
      { timezone: 'Mars', steps: [step] },
      /timezone: expected an IANA time zone.*got "Mars"/,
    ],
    [
      'a misspelt key',
      { steps: [{ ...step, timout: '3m' }] },
      /step 1 \(my\.task\): unknown key "timout"; did you mean "timeout"\?/,
    ],
    [
      'a misspelt key of the plan',
      { shedule: '0 0 * * *', steps: [step] },
      /plan: unknown key "shedule"; did you mean "schedule"\?/,
    ],
    [
      'an unknown key like no other',
      { steps: [{ ...step, zzzzzzzz: 1 }] },
      /unknown key "zzzzzzzz"; known keys: task, cmd/,
    ],
    [
      'a command as one text',
      { steps: [{ ...step, cmd: 'ls -l' }] },
      /step 1 \(my\.task\), cmd: expected \[program, \[arguments\]\].*got "ls -l"/,
    ],
    ['a timeout as a number', { steps: [{ ...step, timeout: 5 }] }, /timeout: expected a duration.*got 5/],
    [
      'a timeout past what timers hold',
      { steps: [{ ...step, timeout: '25d' }] },
      /timeout: expected a duration/,
    ],
    [
      'an unknown approval',
      { steps: [{ ...step, approval: 'yes' }] },
      /approval: expected "auto", "always", "never" or a policy such as .*, got "yes"/,
    ],
    [
      'fewer retries than none',
      { steps: [{ ...step, retries: -1 }] },
      /retries: expected at least 0, got -1\./,
    ],
    ['half a retry', { steps: [{ ...step, retries: 2.5 }] }, /retries: expected a whole number, got 2\.5\./],
    ['needs that are no list', { steps: [{ ...step, needs: 'b' }] }, /needs: expected a list, got "b"\./],
    [
      'a gate that nobody in particular may open, by a list that is empty',
      { steps: [{ ...step, gate: { approvers: [] } }] },
      /gate\.approvers: expected at least one; leave `approvers` out to let everyone .* decide, got \[\]\./,
    ],
    ['a task without a name', { steps: [{ cmd: step.cmd }] }, /step 1, task: expected a text, got nothing/],
  ])('is refused with %s, naming the place', (_what, value, message) => {
    expect(messageOf(value)).toMatch(message);
  });

  it('names every fault at once', () => {
    const message = messageOf({ schedule: 'never', steps: [{ task: '', cmd: [] }] });
    expect(message.split('\n').length).toBe(4);
  });

  it('is found by its name, with its file as the default of its name', async () => {
    writeFileSync(join(directory, 'weekly.plan.mjs'), `export default { steps: [${JSON.stringify(step)}] };`);
    expect(await loadPlan('weekly', directory)).toMatchObject({ name: 'weekly' });
    expect(await loadPlan('./weekly.plan.mjs', directory)).toMatchObject({ name: 'weekly' });
  });

  it('is read anew when its file has changed', async () => {
    const file = join(directory, 'daily.plan.mjs');
    writeFileSync(file, `export default { name: 'one', steps: [${JSON.stringify(step)}] };`);
    expect((await loadPlan('daily', directory)).name).toBe('one');
    writeFileSync(file, `export default { name: 'two', steps: [${JSON.stringify(step)}] };`);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect((await loadPlan('daily', directory)).name).toBe('two');
  });

  it('that is not there is answered with those that are', async () => {
    writeFileSync(join(directory, 'hourly.plan.mjs'), '');
    await expect(loadPlan('hourli', directory)).rejects.toThrow(
      /looked for hourli\.plan\.ts.*Did you mean "hourly"\?/s,
    );
    await expect(loadPlan('./nowhere.ts', directory)).rejects.toThrow(/No plan file at .*nowhere\.ts/);
    await expect(loadPlan('hourly', directory)).rejects.toThrow(/no default export/);
  });

  it('whose file throws is refused with what was thrown', async () => {
    writeFileSync(join(directory, 'broken.plan.mjs'), 'throw new Error("no disk");');
    await expect(loadPlan('broken', directory)).rejects.toThrow(/could not be loaded: no disk/);
  });

  it('of this repository is usable', async () => {
    const plan = await loadPlan('nightly', process.cwd());
    expect(plan.schedule).toBe('30 2 * * *');
    expect(plan.steps.map(({ task }) => task)).toEqual(['seo.validate', 'code.review', 'dx.integrate']);
  });
});

describe('A duration', () => {
  it.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['24d', 2_073_600_000],
    ['5', undefined],
    ['-5s', undefined],
    ['soon', undefined],
  ])('%s is %s ms', (text, milliseconds) => {
    expect(readDuration(text)).toBe(milliseconds);
  });

  it.each([
    [0, '0.0s'],
    [12_345, '12.3s'],
    [59_999, '1m 00s'],
    [245_000, '4m 05s'],
    [3_720_000, '1h 02m'],
  ])('of %s ms reads %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('A suggestion', () => {
  it('is the nearest known word, or none', () => {
    expect(suggest('aprove', ['approve', 'reject'])).toBe('approve');
    expect(suggest('quux', ['approve', 'reject'])).toBeUndefined();
  });
});
