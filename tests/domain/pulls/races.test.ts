import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { MayNotDecideError } from '../../../domain/input/errors.ts';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { at, awaitingPull, facts, head, person, review, reviewers, standingOf } from './support.ts';

describeOnBoth('News of a pull request', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada');
  beforeEach(() => database.truncate());

  it('decides once, however many tell it at the same time and whoever decides meanwhile', async () => {
    for (let round = 0; round < 5; round += 1) {
      const task = await awaitingPull(store);
      const merged = facts({ state: 'merged', endedBy: person('keeper') });
      await Promise.allSettled([
        ...Array.from({ length: 4 }, () => applyPull(store, reviewers, merged)),
        decideTask(store, ada, task.id, 'reject'),
        ...Array.from({ length: 4 }, () => applyPull(store, reviewers, merged)),
      ]);
      const { record, status } = await standingOf(store, task);
      const by = status === 'succeeded' ? 'approve decided github:keeper' : 'reject decided ada';
      expect(record.filter((row) => !row.includes('refused ada'))).toEqual([by]);
    }
  });

  it('counts a review once, however many tell it at the same time', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await applyPull(store, reviewers, facts());
    await Promise.all(Array.from({ length: 8 }, () => applyReview(store, reviewers, facts(), review())));
    expect((await standingOf(store, task)).record).toEqual(['approve voted github:ada']);
  });

  it('leaves everything as it was when it is told again, or late', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await applyPull(store, reviewers, facts({ headSha: head(2), updatedAt: at(5) }));
    await decideTask(store, ada, task.id, 'approve');
    const before = await standingOf(store, task);
    for (const told of [
      facts({ headSha: head(2), updatedAt: at(5) }),
      facts({ headSha: head(1), updatedAt: at(4) }),
      facts({ state: 'closed', endedBy: person('eve'), headSha: head(1), updatedAt: at(4) }),
    ]) {
      await applyPull(store, reviewers, told);
      expect(await standingOf(store, task)).toEqual(before);
    }
  });

  it('of two heads in one second voids the votes and has the host asked at once', async () => {
    const task = await awaitingPull(store, { required: 2 });
    await applyPull(store, reviewers, facts());
    await decideTask(store, ada, task.id, 'approve');
    await applyPull(store, reviewers, facts({ headSha: head(2) }));
    expect(await standingOf(store, task)).toMatchObject({ voters: [], isStale: true });
    const [approval] = await readApprovals(database.db(), [task.id]);
    expect(approval?.pullRequest?.checkedAt).toBeNull();
  });

  it('has the commit that was merged on record with the decision', async () => {
    const task = await awaitingPull(store);
    await applyPull(store, reviewers, facts());
    await applyPull(
      store,
      reviewers,
      facts({ state: 'merged', headSha: head(2), endedBy: person('kim'), updatedAt: at(1) }),
    );
    const [decision] = await store.db.query<{ head: string }>({
      text: 'SELECT head FROM decisions WHERE task_id = $1',
      values: [task.id],
    });
    expect(decision?.head).toBe(head(2));
    expect(await standingOf(store, task)).toMatchObject({ pull: 'merged', head: head(2), after: 'released' });
  });

  it('does not reach a task whose link has changed, and the same link written differently changes nothing', async () => {
    const outputsUri = 'https://github.com/isle/light/pull/7';
    const { task: made } = await createTask(store, everything, {
      task: 't',
      runId: 'r',
      status: 'awaiting_approval',
      outputsUri,
    });
    const task = { id: made.id, after: 0 };
    await database.db().query({ text: `UPDATE approvals SET policy = policy || '{"required": 2}'` });
    await applyPull(store, reviewers, facts({ updatedAt: at(9) }));
    await decideTask(store, ada, task.id, 'approve');
    await updateTask(store, everything, task.id, {
      outputsUri: 'https://github.com/Isle/light/pull/7/files',
    });
    expect(await standingOf(store, task)).toMatchObject({ head: head(1), voters: ['ada'], isStale: false });
    await updateTask(store, everything, task.id, { outputsUri: 'https://github.com/isle/light/pull/8' });
    expect(await standingOf(store, task)).toMatchObject({ head: null, voters: [], isStale: true });
    expect(
      await applyPull(
        store,
        reviewers,
        facts({ state: 'merged', endedBy: person('eve'), updatedAt: at(10) }),
      ),
    ).toBe(0);
    await applyPull(store, reviewers, facts({ number: 8, headSha: head(3), updatedAt: at(1) }));
    expect(await standingOf(store, task)).toMatchObject({ status: 'awaiting_approval', head: head(3) });
  });

  it('keeps its author from approving, however their name is written', async () => {
    const users = new Map([['keeper', 'Kim@example.org']]);
    const named = Object.assign(storeOf(database), { githubUsers: users });
    const task = await awaitingPull(store, { denySelf: true });
    await applyPull(named, users, facts({ author: person('Keeper') }));
    for (const id of ['kim@example.org', 'KIM@example.org', 'github:keeper'])
      await expect(decideTask(named, viewerNamed(id), task.id, 'approve')).rejects.toThrow(MayNotDecideError);
  });
});
