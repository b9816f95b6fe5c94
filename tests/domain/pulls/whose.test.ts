import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { trustOrigins } from '../../../domain/plans/trustOrigins.ts';
import { takeActions } from '../../../domain/pulls/actions.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import { takeUnchecked } from '../../../domain/pulls/unchecked.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { at, awaitingPull, facts, head, person, review, reviewers, standingOf } from './support.ts';

const own = 'https://github.com/isle/light/pull/7';
const foreign = 'https://github.com/vuejs/core/pull/123';
const ofForeign = { owner: 'vuejs', repo: 'core', number: 123 };
const merged = { state: 'merged', endedBy: person('mallory'), updatedAt: at(5) } as const;

describeOnEither('Whose pull request', (database) => {
  const store = Object.assign(storeOf(database), { github: undefined }) as ReturnType<typeof storeOf>;
  beforeEach(async () => {
    Object.assign(store, { github: undefined });
    await database.truncate();
  });

  /** Everything that can happen at a pull request, so that whoever has no say decides nothing. */
  async function happenAt(pull: Parameters<typeof facts>[0]): Promise<void> {
    await applyPull(store, reviewers, facts({ ...pull, updatedAt: at(1) }), 'read');
    await applyReview(store, reviewers, facts(pull), review({ reviewer: person('mallory') }), 'read');
    await applyPull(store, reviewers, facts({ ...pull, ...merged }), 'read');
    await applyPull(store, reviewers, facts({ ...pull, ...merged, state: 'closed' }), 'read');
  }

  it('is awaited is said by the step’s repository, and not by the last line that it printed', async () => {
    const task = await awaitingPull(store, {}, { report: { candidates: [own, foreign] } });
    await happenAt(ofForeign);
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
    expect(await findTask(store.db, task.id)).toMatchObject({ outputsUri: own });
    await applyPull(store, reviewers, facts());
    await applyPull(store, reviewers, facts({ ...merged, endedBy: person('ada') }));
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded', approver: 'github:ada' });
  });

  it.each([
    [
      'is of another repository',
      foreign,
      ofForeign,
      {},
      /vuejs\/core\/pull\/123 is not in github\.com\/isle\/light.*repo: "vuejs\/core" if .* there, repo: "isle\/light" if it only mentions .*approval: "never"/,
    ],
    [
      'has that name on another host',
      'https://evil.example/isle/light/pull/7',
      { host: 'evil.example' },
      {},
      /evil\.example is not a known GitHub server.*GITHUB_API_URL/,
    ],
    [
      'has the name that the step names, on another host',
      'https://evil.example/isle/light/pull/7',
      { host: 'evil.example' },
      { repo: 'isle/light' },
      /evil\.example is not a known GitHub server/,
    ],
  ] as const)(
    '%s holds the task, and nothing that happens there ends that',
    async (_what, url, pull, { repo }: { repo?: string }, why) => {
      for (const report of [{ outputsUri: url }, { candidates: [url] }]) {
        await database.db().query({ text: 'DELETE FROM pulls' });
        const task = await awaitingPull(
          store,
          { onApprove: 'merge' },
          { url, origin: 'git@github.com:isle/light.git', report, ...(repo ? { repo } : {}) },
        );
        await happenAt(pull);
        expect(await standingOf(store, task)).toMatchObject({
          status: 'awaiting_approval',
          record: [],
          remark: expect.stringMatching(why),
        });
        await decideTask(store, viewerNamed('ada'), task.id, 'approve');
        expect(await takeActions(store.db)).toEqual([]);
      }
    },
  );

  it('is none of the step’s when that names another repository', async () => {
    const task = await awaitingPull(
      store,
      {},
      { report: { outputsUri: foreign, candidates: [own] }, repo: 'isle/light' },
    );
    expect(await findTask(store.db, task.id)).toMatchObject({ outputsUri: own });
    expect(await standingOf(store, task)).toMatchObject({
      remark: expect.stringContaining(`${foreign} is not in the repository that the step names`),
    });
  });

  it('decides nothing where no repository is known', async () => {
    const task = await awaitingPull(store, { onApprove: 'merge' }, { origin: '/srv/git/light.git' });
    await happenAt({});
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('The repository of this step is unknown'),
    });
    await decideTask(store, viewerNamed('ada'), task.id, 'approve');
    expect(await takeActions(store.db)).toEqual([]);
  });

  it.each([
    ['git@github.com:Isle/Light.git'],
    ['ssh://git@ssh.github.com:443/isle/light'],
    ['https://someone:secret@GitHub.com./isle/light.git/'],
  ])('is the own one, however its origin is written: %s', async (origin) => {
    const url = 'https://x@github.com:443/Isle/light.git/pull/7/files?w=1#r';
    const task = await awaitingPull(store, {}, { origin, url });
    await applyPull(store, reviewers, facts());
    await applyPull(store, reviewers, facts(merged));
    expect(await standingOf(store, task)).toMatchObject({ status: 'succeeded' });
    expect(await findTask(store.db, task.id)).toMatchObject({
      outputsUri: 'https://github.com/Isle/light/pull/7',
    });
  });

  it('stays with the origin that the plan first came with, until an admin says otherwise', async () => {
    await awaitingPull(store);
    const url = 'https://github.com/mallory/light/pull/7';
    const theirs = { owner: 'mallory' };
    const task = await awaitingPull(store, {}, { url });
    await happenAt(theirs);
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('nightshift plan trust nightly github.com/mallory/light'),
    });
    expect(
      await trustOrigins(store, viewerNamed('ann'), {
        plan: 'nightly',
        origins: [url.replace(/\/pull.*/, ''), 'git@github.com:isle/light.git'],
      }),
    ).toEqual({
      plan: 'nightly',
      project: null,
      before: ['github.com/isle/light'],
      origins: ['github.com/mallory/light', 'github.com/isle/light'],
    });
    await database.db().query({ text: 'DELETE FROM pulls' });
    const trusted = await awaitingPull(store, {}, { url });
    await applyPull(store, reviewers, facts(theirs));
    await applyPull(store, reviewers, facts({ ...theirs, ...merged }));
    expect(await standingOf(store, trusted)).toMatchObject({ status: 'succeeded' });
    const said = await store.db.query({ text: 'SELECT worker, said_by AS by FROM plan_origins ORDER BY id' });
    expect(said).toEqual([
      { worker: 'w1', by: null },
      { worker: null, by: 'ann' },
    ]);
    await expect(database.db().query({ text: 'DELETE FROM plan_origins' })).rejects.toThrow(/append-only/);
  });

  it('that came first without an origin is of none, whatever its step writes into the checkout’s settings', async () => {
    await awaitingPull(store, {}, { origin: '' });
    const task = await awaitingPull(store);
    await happenAt({});
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('belongs to no repository'),
    });
  });

  it('is bounded by the repositories that the server lists', async () => {
    Object.assign(store, { github: { hosts: ['github.com'], repositories: ['github.com/acme/*'] } });
    const task = await awaitingPull(store, { onApprove: 'merge' });
    await happenAt({});
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('GITHUB_REPOSITORIES of the server does not list isle/light'),
    });
  });

  it('of a task that was reported from outside decides in listed repositories only', async () => {
    const reported = async () => {
      const { task } = await createTask(store, everything, {
        task: 't',
        runId: 'r',
        status: 'awaiting_approval',
        outputsUri: own,
      });
      return { id: task.id, after: 0 };
    };
    const task = await reported();
    await happenAt({});
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      remark: expect.stringContaining('GITHUB_REPOSITORIES'),
    });
    Object.assign(store, { github: { hosts: ['github.com'], repositories: ['github.com/isle/light'] } });
    await database.db().query({ text: 'DELETE FROM pulls' });
    const listed = await reported();
    await applyPull(store, reviewers, facts({ updatedAt: at(1) }));
    await applyPull(store, reviewers, facts(merged));
    expect(await standingOf(store, listed)).toMatchObject({ status: 'succeeded' });
  });

  it('is not changed by a report from outside about a task of the engine', async () => {
    const task = await awaitingPull(store);
    await updateTask(store, everything, task.id, { outputsUri: foreign }).catch(() => undefined);
    await happenAt(ofForeign);
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
  });

  it('of a task that awaited a decision before its repository was known decides nothing', async () => {
    const task = await awaitingPull(store, { onApprove: 'merge' });
    await database.db().query({ text: 'UPDATE approvals SET pull_own = DEFAULT' });
    await happenAt({});
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', record: [] });
  });

  it('whose owner no column would hold is held for a person, and the report is taken', async () => {
    const url = `https://github.com/${'o'.repeat(101)}/light/pull/7`;
    const task = await awaitingPull(
      store,
      {},
      { origin: 'git@github.com:isle/light.git', report: { outputsUri: url } },
    );
    expect(await standingOf(store, task)).toMatchObject({
      status: 'awaiting_approval',
      pull: null,
      remark: expect.stringContaining('a person decides'),
    });
    const outside = await createTask(store, everything, {
      task: 't',
      runId: 'r',
      status: 'awaiting_approval',
      outputsUri: url,
    });
    expect(outside.task.status).toBe('awaiting_approval');
  });

  it('is looked at though no link of the task leads there, and a foreign one is never acted on', async () => {
    await awaitingPull(
      store,
      {},
      { report: { outputsUri: 'https://example.org/report', candidates: [own] } },
    );
    expect(await takeUnchecked(store.db, 'github.com', 1000)).toMatchObject([{ owner: 'isle', number: 7 }]);
  });

  it('binds the decision to the head that was known by the report', async () => {
    await applyPull(store, reviewers, facts({ headSha: head(3) }));
    const task = await awaitingPull(store);
    expect(await standingOf(store, task)).toMatchObject({ head: head(3) });
  });
});
