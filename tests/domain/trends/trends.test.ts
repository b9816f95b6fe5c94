import fc from 'fast-check';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { readCoverage } from '../../../domain/trends/coverage.ts';
import { readDays } from '../../../domain/trends/days.ts';
import { readDecisions } from '../../../domain/trends/decisions.ts';
import { toRange } from '../../../domain/trends/range.ts';
import { rollOnce } from '../../../domain/trends/roll.ts';
import { readSteps } from '../../../domain/trends/steps.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { sized } from '../../support/form.ts';
import { dateIn, type Fact, percentile, readFacts, turnsOf } from './expected.ts';

const hour = 3_600_000;
const day = 24 * hour;
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Havana',
];
const hashes = { nightly: 'a'.repeat(64), weekly: 'b'.repeat(64) };
/** Weeks in which clocks change, and the last hours, which are read from the rows themselves. */
const weeks = [Date.UTC(2025, 2, 28), Date.UTC(2025, 9, 24), Date.UTC(2025, 10, 1), null];

describeOnBoth('Trends', (database) => {
  const sql = <Row>(text: string, ...values: unknown[]) => database.db().query<Row>({ text, values });
  // Rows are made here as they never come together: approvals that nobody asked for, statuses out of order.
  beforeAll(() => sql('ALTER TABLE agents_tasks DISABLE TRIGGER approvals_are_opened'));
  beforeEach(begin);

  async function begin(): Promise<void> {
    await database.truncate();
    for (const [name, hash] of Object.entries(hashes))
      await sql(
        `INSERT INTO plans (hash, name, project, definition) VALUES ($1, $2, 'acme/site', '{}')`,
        hash,
        name,
      );
  }

  const offset = fc.integer({ min: 0, max: 5 * day });
  const some = fc.integer({ min: 0, max: 3 });
  const status = fc.constantFrom(
    'succeeded',
    'succeeded',
    'failed',
    'running',
    'skipped',
    'awaiting_approval',
    'queued',
  );
  const state = fc.constantFrom('approved', 'rejected', 'expired', 'cancelled');
  const durationMs = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 100_000_000 }));
  const changes = fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('make' as const),
          week: fc.constantFrom(...weeks),
          plan: fc.constantFrom('nightly', 'weekly', null),
          offset,
          tasks: fc.array(fc.record({ task: fc.constantFrom('a', 'b'), status, offset, durationMs }), {
            minLength: 1,
            maxLength: 12,
          }),
        }),
      },
      fc.record({ kind: fc.constant('move' as const), some, status, durationMs }),
      fc.record({ kind: fc.constant('retry' as const), some, status, isNow: fc.boolean() }),
      fc.record({ kind: fc.constant('decide' as const), some, state, offset, durationMs }),
      fc.record({ kind: fc.constant('decideAnew' as const), some, state }),
      fc.record({ kind: fc.constant('delete' as const), some }),
      fc.record({ kind: fc.constant('roll' as const), times: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('recount' as const) }),
    ),
    { maxLength: 14 },
  );
  type Change = typeof changes extends fc.Arbitrary<(infer One)[]> ? One : never;

  /** What rows said that are gone, and the runs whose outcome is settled by that. */
  let gone: Fact[] = [];
  let settled = new Set<string>();
  let made = 0;

  async function carryOut(change: Change): Promise<void> {
    if (change.kind === 'make') await make(change);
    if (change.kind === 'delete') await remove(change.some);
    if (change.kind === 'roll') for (let time = 0; time < change.times; time++) await rollOnce(database.db());
    if (change.kind === 'recount')
      await sql('UPDATE trend_coverage SET covered_from = covered_to, is_whole = false');
    await move(change);
  }

  async function make(change: Extract<Change, { kind: 'make' }>): Promise<void> {
    const begin = change.week ?? Date.now() - 5 * day;
    const run = `run-${made++}`;
    const at = (after: number) => new Date(begin + after).toISOString();
    await sql(
      'INSERT INTO runs (run_id, created_at, plan_hash) VALUES ($1, $2, $3)',
      run,
      at(change.offset),
      change.plan && hashes[change.plan as keyof typeof hashes],
    );
    for (const { task, status, offset, durationMs } of change.tasks)
      await sql(
        `INSERT INTO agents_tasks (task, run_id, status, started_at, duration_ms) VALUES ($1, $2, $3, $4, $5)`,
        task,
        run,
        status,
        status === 'queued' ? null : at(offset),
        ['queued', 'running'].includes(status) ? null : durationMs,
      );
  }

  async function move(change: Change): Promise<void> {
    const { kind } = change;
    if (kind === 'move')
      await sql(
        'UPDATE agents_tasks SET status = $1, duration_ms = $2 WHERE id % 4 = $3 AND started_at IS NOT NULL',
        change.status,
        change.durationMs,
        change.some,
      );
    if (kind === 'retry') {
      await sql(
        `INSERT INTO task_attempts (lease_id, task_id, number, worker, request_id, lease_expires_at, finished_at, ended_by)
          SELECT gen_random_uuid(), id, attempts + 1, 'w', gen_random_uuid(), now(), now(), CASE WHEN id % 2 = 0 THEN 'exit' ELSE 'lost' END
          FROM agents_tasks WHERE id % 4 = $1`,
        change.some,
      );
      await sql(
        `UPDATE agents_tasks SET attempts = greatest(2, attempts + 1), status = $2, started_at = CASE WHEN $3 THEN now() ELSE started_at END
          WHERE id % 4 = $1`,
        change.some,
        change.status,
        change.isNow,
      );
    }
    if (kind === 'decide')
      await sql(
        `INSERT INTO approvals (task_id, state, policy, requested_at, ended_at)
          SELECT id, $1, '{}', started_at, started_at + $2 * interval '1 ms' FROM agents_tasks WHERE id % 4 = $3 AND started_at IS NOT NULL`,
        change.state,
        change.durationMs,
        change.some,
      );
    if (kind === 'decideAnew')
      await sql(
        'UPDATE approvals SET state = $1 WHERE id % 4 = $2 AND ended_at IS NOT NULL',
        change.state,
        change.some,
      );
  }

  async function remove(some: number): Promise<void> {
    const facts = await readFacts(database.db());
    const rows = await sql<{ id: number; runId: string }>(
      'DELETE FROM agents_tasks WHERE id % 4 = $1 RETURNING id, run_id AS "runId"',
      some,
    );
    const [ids, runs] = [new Set(rows.map(({ id }) => String(id))), new Set(rows.map(({ runId }) => runId))];
    gone.push(
      ...facts.filter(({ subject, of }) =>
        subject === 'run' ? runs.has(of) && !settled.has(of) : ids.has(of),
      ),
    );
    settled = new Set([...settled, ...runs]);
    await sql(
      'DELETE FROM runs WHERE NOT EXISTS (SELECT 1 FROM agents_tasks WHERE agents_tasks.run_id = runs.run_id)',
    );
  }

  async function rollAll(): Promise<void> {
    while (await rollOnce(database.db()));
  }

  async function read(asked: { since: number; until: number; timezone: string; plan?: string }) {
    const { since, until, ...more } = asked;
    const [from, to] = [since, until].map((time) => new Date(time).toISOString());
    const range = toRange({ since: from ?? '', until: to ?? '', ...more }, Date.now());
    const coverage = await readCoverage(database.db());
    const db = database.db();
    return {
      days: await readDays(db, range, coverage),
      steps: (await readSteps(db, range, coverage)).steps,
      decisions: await readDecisions(db, range, coverage),
    };
  }

  it('are what all rows say together with those that were deleted, whatever changed and when it was counted', async () => {
    const asked = fc.record({
      week: fc.constantFrom(...weeks),
      timezone: fc.constantFrom(...zones),
      since: fc.integer({ min: -day, max: 4 * day }),
      length: fc.integer({ min: 1, max: 5 * day }),
      plan: fc.constantFrom(undefined, 'nightly', 'acme/site:weekly'),
    });
    await fc.assert(
      fc.asyncProperty(changes, fc.array(asked, { minLength: 3, maxLength: 3 }), async (list, questions) => {
        await begin();
        [gone, settled, made] = [[], new Set(), 0];
        for (const change of list) await carryOut(change);
        await rollAll();
        const facts = [
          ...(await readFacts(database.db())).filter(
            ({ subject, of }) => subject !== 'run' || !settled.has(of),
          ),
          ...gone,
        ];
        for (const { week, since: after, length, timezone, plan } of questions) {
          const since = (week ?? Date.now() - 5 * day) + after;
          const until = since + length;
          const found = await read({ since, until, timezone, ...(plan === undefined ? {} : { plan }) });
          const wanted = facts.filter((fact) => plan === undefined || plan.endsWith(fact.plan || '-'));
          compare(found, wanted, { since, until, timezone });
        }
      }),
      { numRuns: sized({ short: 40, full: 300 }) },
    );
  });

  function compare(
    { days, steps, decisions }: Awaited<ReturnType<typeof read>>,
    facts: readonly Fact[],
    { since, until, timezone }: { since: number; until: number; timezone: string },
  ): void {
    const dateOf = (time: number) => dateIn(timezone, time);
    const [firstDate, lastDate] = [dateOf(since), dateOf(until - 1)];
    const isNow = ({ at }: Fact) => dateOf(at) >= firstDate && dateOf(at) <= lastDate;
    const runs = facts.filter((fact) => fact.subject === 'run' && isNow(fact));
    expect(days.map((one) => dateOf(Date.parse(one.since)))).toEqual(datesFrom(firstDate, lastDate));
    for (const { since, until: _until, ...counts } of days) {
      const ofDay = runs.filter(({ at }) => dateOf(at) === dateOf(Date.parse(since)));
      for (const [outcome, count] of Object.entries(counts))
        expect([outcome, count]).toEqual([outcome, ofDay.filter((fact) => fact.outcome === outcome).length]);
    }

    const datesBefore = datesFrom(shiftDate(firstDate, -days.length), shiftDate(firstDate, -1));
    const isBefore = ({ at }: Fact) => datesBefore.includes(dateOf(at));
    const ofSteps = facts.filter(({ subject }) => subject === 'step');
    const names = new Set(
      ofSteps.filter(isNow).map(({ project, plan, task }) => [project, plan, task].join(' ')),
    );
    expect(new Set(steps.map(({ project, plan, task }) => [project, plan, task].join(' ')))).toEqual(names);
    for (const step of steps) {
      const own = ofSteps.filter(({ plan, task }) => plan === step.plan && task === step.task);
      const [now, before] = [own.filter(isNow), own.filter(isBefore)];
      const count = (list: Fact[], ...outcomes: string[]) =>
        list.filter((fact) => outcomes.includes(fact.outcome)).length;
      expect(step).toMatchObject({
        succeeded: count(now, 'succeeded', 'recovered'),
        failed: count(now, 'failed'),
        skipped: count(now, 'skipped'),
        open: count(now, 'open'),
        recovered: count(now, 'recovered'),
        turns: turnsOf(now),
        successRateBefore: rate(count(before, 'succeeded', 'recovered'), count(before, 'failed')),
      });
      const durations = (list: Fact[]) =>
        list.flatMap(({ outcome, ms }) =>
          ['succeeded', 'recovered'].includes(outcome) && ms !== null ? [ms] : [],
        );
      expectNear(step.p50Ms, percentile(durations(now), 50));
      expectNear(step.p95Ms, percentile(durations(now), 95));
      expectNear(step.p50BeforeMs, percentile(durations(before), 50));
      expectNear(step.p95BeforeMs, percentile(durations(before), 95));
    }

    const ended = facts.filter((fact) => fact.subject === 'approval' && isNow(fact));
    for (const outcome of ['approved', 'rejected', 'expired', 'cancelled'] as const)
      expect([outcome, decisions[outcome]]).toEqual([
        outcome,
        ended.filter((fact) => fact.outcome === outcome).length,
      ]);
    expectNear(
      decisions.p50Ms,
      percentile(
        ended.flatMap(({ ms }) => ms ?? []),
        50,
      ),
    );
    expectNear(
      decisions.p95Ms,
      percentile(
        ended.flatMap(({ ms }) => ms ?? []),
        95,
      ),
    );
  }
});

function rate(succeeded: number, failed: number): number | null {
  return succeeded + failed === 0 ? null : succeeded / (succeeded + failed);
}

/** Durations are kept in buckets that are a tenth wider each; below some milliseconds they are rounded too. */
function expectNear(found: number | null, exact: number | null): void {
  if (found === null || exact === null) expect(found).toBe(exact);
  else expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.048 * exact + 0.5);
}

function datesFrom(first: string, last: string): string[] {
  const dates: string[] = [];
  for (let date = first; date <= last; date = shiftDate(date, 1)) dates.push(date);
  return dates;
}

function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);
}
