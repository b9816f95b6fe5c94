import { beforeEach, expect, it } from 'vitest';
import type { Scope } from '../../../contract/words/viewers.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { claimContent } from '../../../domain/plans/claimContent.ts';
import { readOrigins } from '../../../domain/plans/ownRepository.ts';
import { hashDefinition, planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { trustOrigins } from '../../../domain/plans/trustOrigins.ts';
import { findRun } from '../../../domain/runs/read.ts';
import { setPlanState } from '../../../domain/schedule/planState.ts';
import { dueTimesInput, settleDue } from '../../../domain/schedule/processDueTimes.ts';
import { readScheduledRuns } from '../../../domain/schedule/scheduledRuns.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';

import { playWorkers } from '../engine/support.ts';

const site = { project: 'acme/site', isGuessed: false };
const docs = { project: 'acme/docs', isGuessed: false };
const image = { project: 'image', isGuessed: true };
const folder = { project: 'folder', isGuessed: true };
const first = { due: '2025-01-15T02:30:00Z', at: '2025-01-15T02:30:01Z' };
const second = { due: '2025-01-16T02:30:00Z', at: '2025-01-16T02:30:01Z' };
const longAgo = '2000-01-01T00:00:00Z';

describeOnBoth('A project that was guessed, beside the first of the server', (database) => {
  const store = storeOf(database);
  const workers = playWorkers(store);
  const contentOf = (task = 'a', name = 'nightly') =>
    planDefinition.parse({ name, steps: [{ task, approval: 'always' }] });
  const register = (home: object, definition = contentOf()) =>
    registerPlan(store.db, everything, definition, 'graphql', { isGuessed: false, project: '', ...home });
  const settle = (home: object, { due, at }: { due?: string; at: string }, definition = contentOf()) => {
    const input = { definition, home, schedule: '30 2 * * *', dueTimes: due === undefined ? [] : [due] };
    return settleDue(store, everything, dueTimesInput.parse(input), at);
  };
  const begin = (home: object, definition = contentOf()) => settle(home, { at: longAgo }, definition);
  const start = (more: object) => startRun(store, everything, startRunInput.parse(more));
  const rows = <Row>(text: string) => store.db.query<Row>({ text });
  const schedules = () => rows(`SELECT project, plan FROM schedules WHERE plan = 'nightly' ORDER BY project`);
  const owners = () => rows('SELECT project FROM plans ORDER BY project');

  beforeEach(async () => {
    await database.truncate();
    await register({ project: 'acme/first' }, contentOf('a', 'weekly'));
  });

  it('is taken over by no key that only works, unless it has registered the plan itself', async () => {
    const keyOf = (name: string, scopes: readonly Scope[] = ['work']): Viewer => ({
      ...viewerNamed(`service:${name}`, scopes),
      kind: 'service',
    });
    const registerAs = (viewer: Viewer, home: object) =>
      registerPlan(store.db, viewer, contentOf(), 'graphql', { isGuessed: false, project: '', ...home });
    const [own, other] = [keyOf('own'), keyOf('other')];
    await registerAs(own, image);
    await expect(registerAs(other, { project: 'evil/x' })).rejects.toThrow(
      'it would take over that of image, which service:own has registered',
    );
    expect(await owners()).toContainEqual({ project: 'image' });
    await registerAs(own, site);
    expect(await owners()).toContainEqual({ project: 'acme/site' });
    await database.truncate();
    await register({ project: 'acme/first' }, contentOf('a', 'weekly'));
    await registerAs(own, image);
    await registerAs(keyOf('operator', ['work', 'operate']), docs);
    expect(await owners()).toContainEqual({ project: 'acme/docs' });
  });

  it('goes on under its name with its schedule, due times, pause, repositories, runs and approvals', async () => {
    await begin(image);
    await settle(image, first);
    const { hash } = await register(image);
    await workers.carryOut(hash);
    await trustOrigins(store, everything, { plan: 'image:nightly', origins: ['github.com/acme/site'] });
    await setPlanState(store, everything, 'paused', { plan: 'nightly' });

    expect((await settle(site, first)).beganBeside).toEqual([]);
    const { scheduledRuns, beganBeside } = await settle(site, second);
    expect(beganBeside).toEqual([]);
    expect(scheduledRuns).toMatchObject([{ project: 'acme/site', outcome: 'paused' }]);
    expect(await rows('SELECT project, known_at < now() AS old FROM schedules')).toEqual([
      { project: 'acme/site', old: true },
    ]);
    expect(await readScheduledRuns(store.db, 'acme/site:nightly', 10)).toMatchObject([
      { outcome: 'paused' },
      { outcome: 'started', runId: 'image-nightly-2025-01-15' },
    ]);
    expect(await readOrigins(store.db, { project: 'acme/site', name: 'nightly' })).toEqual([
      'github.com/acme/site',
    ]);
    // Its runs keep their hash, so whoever works for it goes on with what is open of them.
    expect(await register(site)).toMatchObject({ project: 'acme/site', prefix: 'image', hash });
    expect(await findRun(store.db, 'image-nightly-2025-01-15')).toMatchObject({ project: 'acme/site' });
    expect(await workers.statuses('image-nightly-2025-01-15')).toEqual({ a: 'awaiting_approval' });
    const [task] = await rows<{ id: number }>('SELECT id FROM agents_tasks');
    await decideTask(store, everything, task?.id ?? 0, 'approve', { via: 'graphql' });
    expect(await workers.statuses('image-nightly-2025-01-15')).toEqual({ a: 'succeeded' });
    await setPlanState(store, everything, 'active', { plan: 'acme/site:nightly' });
    const { runId, planHash } = await start({ plan: 'nightly' });
    expect({ planHash, task: await workers.ask(hash) }).toMatchObject({ planHash: hash, task: { runId } });
    await expect(begin(image)).rejects.toThrow(/only guessed/);
  });

  it('has its older contents under the name as well, each by the hash that it had', async () => {
    const older = await register(image, contentOf('older'));
    await begin(image);
    await begin(site);
    expect(await register(site, contentOf('older'))).toMatchObject({
      project: 'acme/site',
      hash: older.hash,
    });
    const changed = await register(site, contentOf('changed'));
    expect((await register(site, contentOf('changed'))).hash).toBe(changed.hash);
    expect(await owners()).toEqual(
      ['acme/first', 'acme/site', 'acme/site', 'acme/site'].map((project) => ({ project })),
    );
  });

  it('does not go on under a name that comes with an older content of it', async () => {
    await register(image, contentOf('older'));
    await begin(image);
    expect((await begin(site, contentOf('older'))).beganBeside).toEqual(['image']);
    expect(await schedules()).toMatchObject([{ project: 'acme/site' }, { project: 'image' }]);
  });

  it('is the one with the schedule where several have the content, else the one that came with it last', async () => {
    await begin(image);
    await register(folder);
    expect((await begin(site)).beganBeside).toEqual([]);
    expect(await schedules()).toMatchObject([{ project: 'acme/site' }]);
    expect(await owners()).toMatchObject([
      { project: 'acme/first' },
      { project: 'acme/site' },
      { project: 'folder' },
    ]);
    await register({ ...image, project: 'later' });
    await register(docs);
    expect(await owners()).toMatchObject([
      { project: 'acme/docs' },
      { project: 'acme/first' },
      { project: 'acme/site' },
      { project: 'folder' },
    ]);
  });

  it('does not count with a schedule that is retired', async () => {
    await begin(image);
    await setPlanState(store, everything, 'retired', { plan: 'image:nightly' });
    await begin(folder);
    expect((await begin(site)).beganBeside).toEqual([]);
    expect(await schedules()).toMatchObject([{ project: 'acme/site' }, { project: 'image' }]);
    expect((await settle(site, first)).scheduledRuns).toMatchObject([{ outcome: 'started' }]);
  });

  it('goes on beside a named project with a plan of the same name, of another or of the same content', async () => {
    await begin(image);
    expect((await begin(docs, contentOf('other'))).beganBeside).toEqual(['image']);
    await register({ project: 'acme/same', isGuessed: true }, contentOf('other'));
    expect((await begin(site)).beganBeside).toEqual([]);
    expect(await schedules()).toMatchObject([{ project: 'acme/docs' }, { project: 'acme/site' }]);
    // A named one never gives up what it has.
    expect((await begin({ project: 'fork/site' })).beganBeside).toEqual(['acme/docs', 'acme/site']);
  });

  it('stays where the named one has such a plan, or came with the content before', async () => {
    const named = await register(docs);
    const guessed = await register(image);
    expect((await register(docs)).hash).toBe(named.hash);
    await register(site, contentOf('other'));
    await begin(image);
    expect((await begin(site)).beganBeside).toEqual(['image']);
    expect((await register(image)).hash).toBe(guessed.hash);
    expect(await schedules()).toMatchObject([{ project: 'acme/site' }, { project: 'image' }]);
  });

  it('is a project of its own again where somebody still guesses, and takes nothing back', async () => {
    const { hash } = await register(image);
    expect((await register(site)).hash).toBe(hash);
    const again = await register(image);
    expect(again).toMatchObject({ project: 'image', prefix: 'image-2' });
    expect([again.hash, (await register(site)).hash, (await register(image)).hash]).toEqual([
      expect.not.stringContaining(hash),
      hash,
      again.hash,
    ]);
    expect((await register(docs)).hash).toBe(again.hash);
    const third = await register(image);
    expect(new Set([hash, again.hash, third.hash]).size).toBe(3);
    expect(await Promise.all([site, docs, image].map(async (home) => (await register(home)).hash))).toEqual([
      hash,
      again.hash,
      third.hash,
    ]);
  });

  it('goes on once where two workers come with the name at once', async () => {
    await begin(image);
    const { hash } = await register(image);
    const settled = await Promise.all(Array.from({ length: 4 }, () => settle(site, first)));
    expect(settled.map(({ beganBeside }) => beganBeside)).toEqual([[], [], [], []]);
    expect(await schedules()).toMatchObject([{ project: 'acme/site' }]);
    expect(await owners()).toMatchObject([{ project: 'acme/first' }, { project: 'acme/site' }]);
    expect(await rows('SELECT run_id, plan_hash FROM runs')).toEqual([
      { run_id: 'image-nightly-2025-01-15', plan_hash: hash },
    ]);
  });

  it('goes on under one of two names that come at once', async () => {
    await begin(image);
    const settled = await Promise.all([site, docs].map((home) => begin(home)));
    expect(settled.map(({ beganBeside }) => beganBeside.length).sort()).toEqual([0, 1]);
    expect(await schedules()).toMatchObject([{ project: 'acme/docs' }, { project: 'acme/site' }]);
  });

  it('takes nothing back when it comes while it is being named', async () => {
    const { hash } = await register(image);
    const [claimed, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const naming = store.db.transaction(async (tx) => {
      await claimContent(tx, { ...site, name: 'nightly' }, hashDefinition(contentOf()), everything);
      claimed.resolve();
      await seen.promise;
    });
    await claimed.promise;
    const late = register(image);
    // The embedded one has one connection, so who comes late has not looked yet.
    if (database.kind === 'postgres') await waitsForRow().finally(seen.resolve);
    seen.resolve();
    await Promise.all([naming, late]);
    expect(await rows(`SELECT project FROM plans WHERE hash = '${hash}'`)).toEqual([
      { project: 'acme/site' },
    ]);
    expect((await register(image)).hash).not.toBe(hash);
  });

  /** Resolves once a statement waits for what a transaction has locked. */
  const waitsForRow = () =>
    eventually(async () =>
      expect(
        await rows(
          'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0',
        ),
      ).toHaveLength(1),
    );
});
