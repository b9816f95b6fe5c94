import { beforeEach, expect, it } from 'vitest';
import { messageOf } from '../../../channels/messages/messageOf.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { makeDigest } from '../../../domain/notifications/digest.ts';
import { takeDelivery } from '../../../domain/notifications/take.ts';
import { readOrigins } from '../../../domain/plans/ownRepository.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { planNamed, plansOnRecord, registerPlan } from '../../../domain/plans/plans.ts';
import { trustOrigins } from '../../../domain/plans/trustOrigins.ts';
import { pruneTasks } from '../../../domain/retention/prune.ts';
import { findRun } from '../../../domain/runs/read.ts';
import { setPlanState } from '../../../domain/schedule/planState.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, forgetDeliveryJobs, storeOf } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const site = { project: 'acme/site', isGuessed: false };
const docs = { project: 'acme/docs', isGuessed: false };
const day = { morning: '2025-01-15T02:30:00Z', now: '2025-01-15T02:30:01Z' };
const longAgo = '2000-01-01T00:00:00Z';

describeOnEither('Two projects with a plan of one name', (database) => {
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  const workers = playWorkers(store);
  beforeEach(async () => {
    await database.truncate();
    await forgetDeliveryJobs(store);
  });

  const contentOf = (steps: object[] = [{ task: 'a' }], name = 'nightly') =>
    planDefinition.parse({ name, steps });
  const register = (home: object, definition = contentOf()) =>
    registerPlan(store.db, everything, definition, 'graphql', { isGuessed: false, project: '', ...home });
  const settle = async (home: object, dueTimes: string[], now: string, more: object = {}) => {
    const schedule = '30 2 * * *';
    const input = { definition: contentOf(), home, schedule, dueTimes, ...more };
    return settleDue(store, everything, dueTimesInput.parse(input), now);
  };
  const start = (more: object) => startRun(store, everything, startRunInput.parse(more));
  const rows = <Row>(text: string) => store.db.query<Row>({ text });

  it('have hashes and queues of their own, and the first keeps that of the content', async () => {
    const [first, second] = [await register(site), await register(docs)];
    expect(first).toMatchObject({ hash: hashDefinition(contentOf()), project: 'acme/site', prefix: '' });
    expect(second).toMatchObject({ project: 'acme/docs', prefix: 'docs' });
    expect(second.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(second.hash).not.toBe(first.hash);
    // Whoever comes again finds what it had.
    for (const [home, hash] of [
      [docs, second.hash],
      [site, first.hash],
    ] as const)
      expect((await register(home)).hash).toBe(hash);
    const { runId } = await start({ definition: contentOf(), home: docs });
    expect(await workers.ask(first.hash)).toBeNull();
    expect(await workers.ask(second.hash)).toMatchObject({ runId });
  });

  it('have each its schedule, its due times, and runs of ids that do not meet', async () => {
    for (const home of [site, docs]) await settle(home, [], longAgo);
    const first = await settle(site, [day.morning], day.now);
    const second = await settle(docs, [day.morning], day.now);
    expect(first.scheduledRuns).toMatchObject([
      { project: 'acme/site', outcome: 'started', runId: 'nightly-2025-01-15' },
    ]);
    expect(second.scheduledRuns).toMatchObject([
      { project: 'acme/docs', outcome: 'started', runId: 'docs-nightly-2025-01-15' },
    ]);
    expect(await findRun(store.db, 'docs-nightly-2025-01-15')).toMatchObject({
      plan: 'nightly',
      project: 'acme/docs',
    });
    // Another schedule of the one changes nothing for the other.
    await settle(docs, [], day.now, { schedule: '0 5 * * *' });
    expect(await rows('SELECT project, expression FROM schedules ORDER BY project')).toEqual([
      { project: 'acme/docs', expression: '0 5 * * *' },
      { project: 'acme/site', expression: '30 2 * * *' },
    ]);
    expect(await readScheduledRuns(store.db, null, 10)).toHaveLength(2);
    expect(await readScheduledRuns(store.db, 'acme/docs:nightly', 10)).toMatchObject([
      { project: 'acme/docs' },
    ]);
    await expect(readScheduledRuns(store.db, 'nightly', 10)).rejects.toThrow(
      'acme/docs:nightly, acme/site:nightly',
    );
  });

  it('are paused and retired apart', async () => {
    for (const home of [site, docs]) await settle(home, [], longAgo);
    await expect(setPlanState(store, everything, 'paused', { plan: 'nightly' })).rejects.toThrow(/several/);
    const said = await setPlanState(store, everything, 'paused', { plan: 'acme/docs:nightly' });
    expect(said).toMatchObject({ plan: 'nightly', project: 'acme/docs', state: 'paused' });
    expect((await settle(docs, [day.morning], day.now)).scheduledRuns).toMatchObject([{ outcome: 'paused' }]);
    expect((await settle(site, [day.morning], day.now)).scheduledRuns).toMatchObject([
      { outcome: 'started' },
    ]);
    // Of a plan that is retired nobody thinks any more when he says its name.
    await setPlanState(store, everything, 'retired', { plan: 'acme/docs:nightly' });
    expect(await planNamed(store.db, 'nightly')).toMatchObject({ project: 'acme/site' });
  });

  it('are told apart by the project where the name alone means both', async () => {
    await register(site);
    expect((await start({ plan: 'nightly' })).runId).toMatch(/^nightly-/);
    await register(docs);
    await register(docs, contentOf([{ task: 'b' }], 'weekly'));
    await expect(start({ plan: 'nightly' })).rejects.toThrow(
      'because several projects have a plan of this name: acme/docs:nightly, acme/site:nightly',
    );
    await expect(registerPlan(store.db, everything, contentOf())).rejects.toThrow(/several/);
    expect((await start({ plan: 'acme/docs:nightly' })).runId).toMatch(/^docs-nightly-/);
    expect((await start({ plan: 'weekly' })).runId).toMatch(/^docs-weekly-/);
    await expect(start({ plan: 'monthly' })).rejects.toThrow('acme/docs:nightly, acme/site:nightly, weekly');
    await expect(start({ plan: 'acme/other:nightly' })).rejects.toThrow(
      'There is no plan acme/other:nightly.',
    );
    // What comes without its project is of the one that has a plan of this name.
    const { hash } = await registerPlan(store.db, everything, contentOf([{ task: 'c' }], 'weekly'));
    expect(await rows(`SELECT project FROM plans WHERE hash = '${hash}'`)).toEqual([
      { project: 'acme/docs' },
    ]);
  });

  it('take the name alone for the project that somebody named, beside one that was only guessed', async () => {
    await register(site);
    await register({ project: 'site-copy', isGuessed: true });
    expect(await planNamed(store.db, 'nightly')).toMatchObject({ project: 'acme/site' });
    await register({ project: 'site-copy', isGuessed: false });
    await expect(planNamed(store.db, 'nightly')).rejects.toThrow(/several/);
  });

  it('begin a second schedule where somebody named the project, and say so, and none where it was guessed', async () => {
    expect((await settle(site, [], longAgo)).beganBeside).toEqual([]);
    await expect(settle({ project: 'folder', isGuessed: true }, [], longAgo)).rejects.toThrow(
      /already has a schedule, that of acme\/site, and folder was only guessed: set NIGHTSHIFT_PROJECT=acme\/site/,
    );
    expect(await rows('SELECT project FROM schedules')).toEqual([{ project: 'acme/site' }]);
    expect((await settle({ project: 'fork/site' }, [], longAgo)).beganBeside).toEqual(['acme/site']);
    expect((await settle({ project: 'fork/site' }, [], longAgo)).beganBeside).toEqual([]);
    for (const plan of ['acme/site:nightly', 'fork/site:nightly'])
      await setPlanState(store, everything, 'retired', { plan });
    expect((await settle({ project: 'folder', isGuessed: true }, [], longAgo)).beganBeside).toEqual([]);
  });

  it('are one where a project that was only guessed has a name now: its schedule and due times go on', async () => {
    const guessed = { project: 'image', isGuessed: true };
    await settle(guessed, [], longAgo);
    const first = await settle(guessed, [day.morning], day.now);
    expect(first.scheduledRuns).toMatchObject([{ outcome: 'started', runId: 'nightly-2025-01-15' }]);
    await setPlanState(store, everything, 'paused', { plan: 'nightly' });

    const due = [day.morning, '2025-01-16T02:30:00Z'];
    const { scheduledRuns, beganBeside } = await settle(site, due, '2025-01-16T02:30:01Z');
    expect(beganBeside).toEqual([]);
    expect(scheduledRuns).toMatchObject([
      { project: 'acme/site', outcome: 'started', runId: 'nightly-2025-01-15' },
      { project: 'acme/site', outcome: 'paused' },
    ]);
    expect(await rows('SELECT project, known_at < now() AS old FROM schedules')).toEqual([
      { project: 'acme/site', old: true },
    ]);
    // It is the same project, so its runs are called as before, and whoever works for it has its open tasks.
    expect(await findRun(store.db, 'nightly-2025-01-15')).toMatchObject({ project: 'acme/site' });
    expect(await register(site)).toMatchObject({ prefix: '', hash: hashDefinition(contentOf()) });
    await setPlanState(store, everything, 'active', { plan: 'acme/site:nightly' });
    // Who still guesses begins no second one.
    await expect(settle(guessed, [], longAgo)).rejects.toThrow(/only guessed/);
  });

  it('stay two where the one that was guessed has another content, or the named one such a plan', async () => {
    const guessed = { project: 'image', isGuessed: true };
    await settle(guessed, [], longAgo);
    const other = await settle(docs, [], longAgo, { definition: contentOf([{ task: 'other' }]) });
    expect(other.beganBeside).toEqual(['image']);
    await register(docs);
    expect(await rows('SELECT project FROM schedules ORDER BY project')).toEqual([
      { project: 'acme/docs' },
      { project: 'image' },
    ]);
  });

  it('keep the other plans of a project that was guessed where they are, until they come as well', async () => {
    const guessed = { project: 'image', isGuessed: true };
    const weekly = contentOf([{ task: 'w' }], 'weekly');
    for (const definition of [contentOf(), weekly]) await settle(guessed, [], longAgo, { definition });
    await settle(site, [], longAgo);
    const known = () => rows('SELECT project, plan FROM schedules ORDER BY plan');
    expect(await known()).toEqual([
      { project: 'acme/site', plan: 'nightly' },
      { project: 'image', plan: 'weekly' },
    ]);
    await settle(site, [], longAgo, { definition: weekly });
    expect(await known()).toEqual([
      { project: 'acme/site', plan: 'nightly' },
      { project: 'acme/site', plan: 'weekly' },
    ]);
  });

  it('never hear of the open work of each other', async () => {
    const asking = contentOf([{ task: 'a', approval: 'always', onOpen: 'skip' }]);
    const run = async (home: object) => {
      const { planHash, runId } = await start({ definition: asking, home });
      await workers.carryOut(planHash);
      return Object.values(await workers.statuses(runId))[0];
    };
    expect([await run(site), await run(docs)]).toEqual(['awaiting_approval', 'awaiting_approval']);
    expect([await run(site), await run(docs)]).toEqual(['skipped', 'skipped']);
  });

  it('tell first failures each of its own, and the digest says whose they are', async () => {
    const told = async () => {
      const titles: string[] = [];
      for (let next = await takeDelivery(store, 60_000); next; next = await takeDelivery(store, 60_000)) {
        const { title, facts } = messageOf(next, undefined);
        titles.push(title, ...facts.filter(([name]) => name === 'Plan').map(([, plan]) => plan));
        if (next.kind === 'digest')
          titles.push(
            ...facts.filter(([name]) => name === '·').map(([, line]) => line.replace(/ in [^ :]+/, '')),
          );
      }
      return titles;
    };
    const fail = async (home: object) => {
      const { planHash } = await start({ definition: contentOf(), home });
      await workers.carryOut(planHash, () => ({ exitCode: 1 }));
    };
    await fail(site);
    expect(await told()).toEqual(['Task a failed', 'acme/site:nightly']);
    await fail(docs);
    expect(await told()).toEqual(['Task a failed', 'acme/docs:nightly']);
    await fail(site);
    await fail(docs);
    await fail(site);
    expect(await told()).toEqual([]);
    await makeDigest(store, { time: '08:00', zone: 'UTC' }, new Date('2025-01-15T08:30:00Z'));
    expect((await told()).slice(1)).toEqual([
      'Task a failed again: exit code 1 (acme/docs)',
      'Task a failed again: exit code 1 (acme/site)',
      'Task a failed again: exit code 1 (acme/site)',
    ]);
  });

  it('belong each to its own repositories', async () => {
    for (const home of [site, docs]) await register(home);
    await trustOrigins(store, everything, { plan: 'acme/docs:nightly', origins: ['github.com/acme/docs'] });
    expect(await readOrigins(store.db, { project: 'acme/docs', name: 'nightly' })).toEqual([
      'github.com/acme/docs',
    ]);
    expect(await readOrigins(store.db, { project: 'acme/site', name: 'nightly' })).toEqual([]);
    const [subject] = await rows<{ subject: string }>(`SELECT subject FROM decisions WHERE action = 'trust'`);
    expect(subject?.subject).toBe('acme/docs:nightly');
  });

  it('keep each the latest content of the name when what is old is deleted', async () => {
    for (const home of [site, docs]) await register(home);
    await register(site, contentOf([{ task: 'new' }]));
    await store.db.query({ text: `UPDATE plans SET registered_at = registered_at - interval '90 days'` });
    await pruneTasks(store, everything, new Date().toISOString());
    expect(await rows('SELECT project FROM plans ORDER BY project')).toEqual([
      { project: 'acme/docs' },
      { project: 'acme/site' },
    ]);
  });

  it('do not have a worker go on with the runs of the other one', async () => {
    const [first, second] = [await register(site), await register(docs)];
    for (const home of [site, docs]) await start({ definition: contentOf(), home });
    const hashes = [first.hash, second.hash];
    expect(await plansOnRecord(store.db, hashes, 'acme/docs')).toEqual([second.hash]);
    expect(await plansOnRecord(store.db, hashes)).toHaveLength(2);
  });

  it('have run ids of at most 64 characters, and those that are given stay as they are', async () => {
    await register(site);
    const long = 'n'.repeat(48);
    const home = { project: 'acme/a-very-long-name-of-a-repository' };
    const definition = contentOf([{ task: 'a' }], long);
    const [one, two] = [await start({ definition, home }), await start({ definition, home })];
    expect(one.runId).toMatch(/^a-very-long-name-o-n{22}-[0-9a-f]{6}-\d{4}-\d\d-\d\d$/);
    expect(two.runId).toBe(`${one.runId}-2`);
    const other = await start({ definition: contentOf([{ task: 'a' }], `${long.slice(1)}m`), home });
    expect(other.runId.slice(0, 48)).not.toBe(one.runId.slice(0, 48));
    expect(Math.max(...[one, two, other].map(({ runId }) => `${runId}-1000`.length))).toBeLessThanOrEqual(66);
    const given = 'g'.repeat(64);
    expect((await start({ definition, home, runId: given })).runId).toBe(given);
    // A project that has no prefix loses nothing.
    expect((await start({ definition, home: site })).runId).toMatch(/^n{48}-\d{4}-\d\d-\d\d$/);
  });

  it('get a prefix once each, with a number where another project has it', async () => {
    const prefixes: string[] = [];
    for (const project of ['acme/site', 'acme/docs', 'other/docs', '@acme/docs', 'x/_', 'acme/site'])
      prefixes.push((await register({ project })).prefix);
    expect(prefixes).toEqual(['', 'docs', 'docs-2', 'docs-3', 'project', '']);
  });

  it('get one prefix however many ask at once', async () => {
    await register(site);
    const asked = await Promise.all(
      Array.from({ length: 8 }, (_, index) => register(index % 2 ? docs : { project: 'other/docs' })),
    );
    const known = new Map(asked.map(({ project, prefix }) => [project, prefix]));
    expect([...known.values()].sort()).toEqual(['docs', 'docs-2']);
    for (const { project, prefix } of asked) expect(prefix).toBe(known.get(project));
  });

  it('are refused where one name stands at two paths of a repository, unless the file was moved', async () => {
    await register({ ...site, path: 'nightly.plan.ts' });
    await register({ ...docs, path: 'ops/nightly.plan.ts' });
    const there = { ...site, path: 'ops/nightly.plan.ts' };
    const other = contentOf([{ task: 'other' }]);
    const why = 'acme/site:nightly is defined in both nightly.plan.ts and ops/nightly.plan.ts';
    await expect(register(there, other)).rejects.toThrow(why);
    await expect(start({ definition: other, home: there })).rejects.toThrow(why);
    await expect(settle(there, [], longAgo)).rejects.toThrow(why);
    await register({ ...there, movedFrom: 'nightly.plan.ts' }, other);
    await register(there, other);
    // Who tells no path is not asked for one, and forgets none.
    await register(site);
    await expect(register({ ...site, path: 'nightly.plan.ts' })).rejects.toThrow(/is defined in both ops/);
  });
});

describeOnEither('What is on record from before there were projects', (database) => {
  const store = storeOf(database);
  const workers = playWorkers(store);
  beforeEach(() => database.truncate());

  const contentOf = (task: string) => planDefinition.parse({ name: 'nightly', steps: [{ task }] });
  const register = (project: string, task: string) =>
    registerPlan(store.db, everything, contentOf(task), 'graphql', { project, isGuessed: false });
  const settle = (home: object | undefined, task: string, dueTimes: string[], now: string) => {
    const input = { definition: contentOf(task), home, schedule: '30 2 * * *', dueTimes };
    return settleDue(store, everything, dueTimesInput.parse(input), now);
  };
  /** Records as before: a plan with a schedule, a due time, a pause and an origin. */
  async function before(): Promise<void> {
    await settle(undefined, 'old', [], longAgo);
    await settle(undefined, 'new', [day.morning], day.now);
    await trustOrigins(store, everything, { plan: 'nightly', origins: ['github.com/acme/site'] });
    await setPlanState(store, everything, 'paused', { plan: 'nightly', reason: 'release week' });
  }

  it('belongs to the project that registers its content, under the hash that it had', async () => {
    await before();
    const hash = hashDefinition(contentOf('new'));
    await register('acme/first', 'other');
    expect((await register('acme/site', 'new')).hash).toBe(hash);
    expect(await findRun(store.db, 'nightly-2025-01-15')).toMatchObject({ project: 'acme/site' });
    expect(await workers.ask(hash)).toMatchObject({ runId: 'nightly-2025-01-15' });
    // With the latest content goes what its name means.
    expect(await readScheduledRuns(store.db, 'acme/site:nightly', 10)).toMatchObject([
      { outcome: 'started' },
    ]);
    const due = await settle(
      { project: 'acme/site' },
      'new',
      ['2025-01-16T02:30:00Z'],
      '2025-01-16T02:30:00Z',
    );
    expect(due.scheduledRuns).toMatchObject([
      { outcome: 'paused', reason: expect.stringContaining('release week') },
    ]);
    expect(await readOrigins(store.db, { project: 'acme/site', name: 'nightly' })).toEqual([
      'github.com/acme/site',
    ]);
    expect(await store.db.query({ text: `SELECT 1 FROM plans WHERE project = ''` })).toEqual([]);
  });

  it('leaves an older content to the project that registers it, and the name to that of the latest', async () => {
    await before();
    const old = await register('acme/docs', 'old');
    expect(old.hash).toBe(hashDefinition(contentOf('old')));
    await register('acme/site', 'new');
    expect((await readScheduledRuns(store.db, 'acme/docs:nightly', 10)).length).toBe(0);
    expect((await readScheduledRuns(store.db, 'acme/site:nightly', 10)).length).toBe(1);
  });

  it('leaves to another project what only followed the name', async () => {
    await before();
    await register('acme/site', 'new');
    expect(await register('acme/docs', 'old')).toMatchObject({ hash: hashDefinition(contentOf('old')) });
    const owners = await store.db.query<{ project: string }>({
      text: 'SELECT project FROM plans ORDER BY project',
    });
    expect(owners.map(({ project }) => project)).toEqual(['acme/docs', 'acme/site']);
  });

  it('goes on where the file has changed with the upgrade, for the repository that its workers came with', async () => {
    await before();
    await register('acme/docs', 'changed too');
    expect(await readScheduledRuns(store.db, 'acme/docs:nightly', 10)).toEqual([]);
    await register('acme/site', 'changed');
    expect(await readScheduledRuns(store.db, 'acme/site:nightly', 10)).toHaveLength(1);
  });
});
