import { beforeEach, expect, it } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { openApproval } from '../../../domain/tasks/openApproval.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';

describeOnEither('The approval of a task', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());

  const begin = async () =>
    (await createTask(store, everything, { task: 'a', runId: 'r', status: 'running' })).task.id;
  const toWait = (id: number) => ({
    text: `UPDATE agents_tasks SET status = 'awaiting_approval', approval_state = 'pending' WHERE id = $1`,
    values: [id],
  });
  const approvals = (id: number) =>
    database.db().query<{ state: string; ended: boolean; pull: string | null }>({
      text: `SELECT state, ended_at IS NOT NULL AS ended,
          pull_host || '/' || pull_owner || '/' || pull_repo || '/' || pull_number AS pull
        FROM approvals WHERE task_id = $1 ORDER BY id`,
      values: [id],
    });

  it('must be open wherever one awaits approval, whoever writes that', async () => {
    const id = await begin();
    const refused = /awaits approval, but none of it is open/;
    await expect(database.db().query(toWait(id))).rejects.toThrow(refused);
    expect(await readTask(database.db(), id)).toMatchObject({ status: 'running', approvalState: null });
    await expect(
      database.db().query({
        text: `INSERT INTO agents_tasks (task, run_id, status, approval_state) VALUES ('b', 'r', 'awaiting_approval', 'pending')`,
      }),
    ).rejects.toThrow(refused);
  });

  it('may be opened after its task has begun to wait, in the same transaction, and ends with the wait', async () => {
    const id = await begin();
    await database.db().transaction(async (tx) => {
      await tx.query(toWait(id));
      expect(await openApproval(tx, id, { kind: 'output' })).toBe(true);
      expect(await openApproval(tx, id, { kind: 'output', policy: { required: 2 } })).toBe(false);
    });
    expect(await approvals(id)).toEqual([{ state: 'pending', ended: false, pull: null }]);
    await database.db().query({
      text: `UPDATE agents_tasks SET status = 'running', approval_state = NULL WHERE id = $1`,
      values: [id],
    });
    expect(await approvals(id)).toEqual([{ state: 'cancelled', ended: true, pull: null }]);
  });

  it('is not needed by one that waits no more when the transaction commits', async () => {
    const id = await begin();
    await database.db().transaction(async (tx) => {
      await tx.query(toWait(id));
      await tx.query({
        text: `UPDATE agents_tasks SET status = 'running', approval_state = NULL WHERE id = $1`,
        values: [id],
      });
    });
    expect(await approvals(id)).toEqual([]);
  });

  it('is one, about the later link, where two reports say at once that it waits', async () => {
    const id = await begin();
    const links = [1, 2].map((number) => `https://GitHub.com/acme/site/pull/${number}`);
    const reports = links.map((outputsUri) =>
      updateTask(store, everything, id, { status: 'awaiting_approval', outputsUri }),
    );
    await Promise.all(reports);
    const { outputsUri } = await readTask(database.db(), id);
    const pull = `github.com/acme/site/${outputsUri?.at(-1)}`;
    expect(await approvals(id)).toEqual([{ state: 'pending', ended: false, pull }]);
  });
});
