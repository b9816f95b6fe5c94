import { beforeEach, expect, it } from 'vitest';
import { forgetPerson } from '../../../domain/access/forgetPerson.ts';
import { removePersonInput } from '../../../domain/access/personInput.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { retryTask } from '../../../domain/engine/retry.ts';
import {
  AlreadyAcknowledgedError,
  acknowledgeTask,
  NotAFailureError,
  unacknowledgeTask,
} from '../../../domain/failures/acknowledge.ts';
import { NotFoundError } from '../../../domain/input/errors.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { createTaskInput, ofFailures } from '../../../domain/tasks/input.ts';
import { readTaskPage } from '../../../domain/tasks/page.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

describeOnEither('A failure', (database) => {
  const store = storeOf(database);
  const workers = playWorkers(store);
  const ann = viewerNamed('ann@example.org');
  const bob = viewerNamed('bob@example.org');
  beforeEach(() => database.truncate());

  const reported = async (status: string, more: object = {}) =>
    (await createTask(store, everything, createTaskInput.parse({ task: 't', runId: 'r', status, ...more })))
      .task.id;
  const acknowledge = (id: number, viewer = ann, note: string | null = null) =>
    acknowledgeTask(store, viewer, { id, note }, 'cli');
  const takeBack = (id: number, viewer = ann) => unacknowledgeTask(store, viewer, { id }, 'cli');
  async function shown(id: number) {
    const [row] = await store.db.query<{ by: string | null; note: string | null; since: Date | null }>({
      text: `SELECT acknowledged_by AS by, acknowledgement_note AS note, acknowledged_at AS since FROM agents_tasks WHERE id = $1`,
      values: [id],
    });
    return row;
  }
  const record = () =>
    store.db.query({
      text: `SELECT task_id AS id, action, viewer_name(viewer) AS viewer, note, via FROM decisions
        WHERE action IN ('acknowledge', 'unacknowledge') ORDER BY id`,
    });
  const listed = async (acknowledged: boolean) =>
    (await readTaskPage(store.db, ofFailures({ acknowledged }), {})).edges.map(({ node }) => node.id);

  it('is acknowledged by somebody with a note, which is on record, and taken back by anybody', async () => {
    const id = await reported('failed');
    await acknowledge(id, ann, 'flaky mirror');
    expect(await shown(id)).toMatchObject({ by: ann.id, note: 'flaky mirror', since: expect.anything() });
    await takeBack(id, bob);
    await takeBack(id, bob);
    expect(await shown(id)).toEqual({ by: null, note: null, since: null });
    expect(await record()).toEqual([
      { id, action: 'acknowledge', viewer: ann.id, note: 'flaky mirror', via: 'cli' },
      { id, action: 'unacknowledge', viewer: bob.id, note: null, via: 'cli' },
    ]);
  });

  it('stays that of the first person, who changes nothing by saying it again but the note', async () => {
    const id = await reported('failed');
    await acknowledge(id, ann, 'looking');
    const before = await shown(id);
    await acknowledge(id, ann);
    await acknowledge(id, viewerNamed('ANN@example.org'), 'looking');
    expect(await shown(id)).toEqual(before);
    expect(await record()).toHaveLength(1);
    await acknowledge(id, ann, 'it was the mirror');
    expect(await shown(id)).toEqual({ ...before, note: 'it was the mirror' });
    const refused = acknowledge(id, bob);
    await expect(refused).rejects.toBeInstanceOf(AlreadyAcknowledgedError);
    await expect(refused).rejects.toMatchObject({ by: ann.id, taskId: id });
    expect(await shown(id)).toMatchObject({ by: ann.id });
  });

  it('is of one of many who acknowledge it at once, and the others hear whose it is', async () => {
    const id = await reported('failed');
    const people = Array.from({ length: 8 }, (_, index) => viewerNamed(`p${index}@example.org`));
    const results = await Promise.allSettled(people.map((person) => acknowledge(id, person)));
    const winner = (await shown(id))?.by;
    for (const [index, result] of results.entries())
      if (people[index]?.id === winner) expect(result.status).toBe('fulfilled');
      else expect(result).toMatchObject({ reason: { by: winner } });
    expect(await record()).toHaveLength(1);
  });

  it('is all that can be acknowledged: not what goes on or went well, was rejected, or is not there', async () => {
    for (const status of ['queued', 'running', 'succeeded', 'skipped', 'awaiting_approval']) {
      const refused = acknowledge(await reported(status));
      await expect(refused).rejects.toBeInstanceOf(NotAFailureError);
      await expect(refused).rejects.toMatchObject({ status });
    }
    const rejected = await reported('awaiting_approval');
    await decideTask(store, ann, rejected, 'reject');
    await expect(acknowledge(rejected)).rejects.toThrow(/was rejected, which is a decision\.$/);
    await expect(acknowledge(999_999)).rejects.toBeInstanceOf(NotFoundError);
    await expect(takeBack(999_999)).rejects.toBeInstanceOf(NotFoundError);
    const expired = await reported('awaiting_approval');
    await store.db.query({
      text: "UPDATE agents_tasks SET status = 'failed', approval_state = 'expired' WHERE id = $1",
      values: [expired],
    });
    await acknowledge(expired);
    expect(await shown(expired)).toMatchObject({ by: ann.id });
  });

  it('that comes after a retry is one of its own, as is that of a later run', async () => {
    const fail = { exitCode: 1 };
    const run = await workers.start([{ task: 'a' }]);
    const first = await workers.leased(run.planHash);
    await workers.finish(first, fail);
    await acknowledge(first.taskId, ann, 'on it');
    await retryTask(store, everything, first.taskId);
    expect(await shown(first.taskId)).toEqual({ by: null, note: null, since: null });
    await workers.finish(await workers.leased(run.planHash), fail);
    expect(await shown(first.taskId)).toMatchObject({ by: null });
    await acknowledge(first.taskId);
    const later = await workers.start([{ task: 'a' }]);
    const second = await workers.leased(later.planHash);
    await workers.finish(second, fail);
    expect(await listed(true)).toEqual([first.taskId]);
    expect(await listed(false)).toEqual([second.taskId]);
  });

  it('is found by whether somebody has acknowledged it; what was rejected, or did not fail, is neither', async () => {
    const [open, known, rejected] = [
      await reported('failed'),
      await reported('failed'),
      await reported('awaiting_approval'),
    ];
    await reported('succeeded');
    await decideTask(store, ann, rejected, 'reject');
    await acknowledge(known);
    expect(await listed(true)).toEqual([known]);
    expect(await listed(false)).toEqual([open]);
    expect(() => ofFailures({ acknowledged: false, statuses: ['failed', 'succeeded'] })).toThrow(
      /goes with the status failed alone, got succeeded/,
    );
  });

  it('is told to those who watch its run', async () => {
    const id = await reported('failed');
    const seen: number[] = [];
    const stop = store.changes.subscribe((task) => seen.push(task.id));
    await acknowledge(id);
    await acknowledge(id);
    await takeBack(id);
    stop();
    expect(seen).toEqual([id, id]);
  });

  it('names who acknowledged it by number once that person is forgotten', async () => {
    const id = await reported('failed');
    await acknowledge(id, ann, 'on it');
    await forgetPerson(store, bob, removePersonInput.parse({ person: ann.id, lastAdmin: true }));
    expect((await shown(id))?.by).toMatch(/^person:\d+$/);
  });
});
