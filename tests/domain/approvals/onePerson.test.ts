import { beforeEach, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { decideByLink } from '../../../domain/approvals/decideByLink.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

describeOnEither('A person with several addresses', (database) => {
  const groups = new Map([['ann@example.org', ['release']]]);
  const store = storeOf(database, [], {
    githubUsers: new Map([['octocat', 'ann@corp.example']]),
    groupsOf: (name) => groups.get(name.toLowerCase()) ?? [],
  });
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });
  beforeEach(async () => {
    await database.truncate();
    await sql(
      `INSERT INTO people (label, identity_key) VALUES ('ann@example.org', 'ann@example.org'), ('ben@example.org', 'ben@example.org')`,
    );
    await sql(`INSERT INTO principals (person_id, kind, subject, identity_key, label) VALUES
      (1, 'mail', 'ann@home.example', 'ann@home.example', 'ann@home.example'),
      (1, 'proxy', 'ann@corp.example', 'ann@corp.example', 'ann@corp.example')`);
  });

  const awaiting = async (policy: Partial<ApprovalPolicy>, author: string | null = null) => {
    const input = { task: 'make', runId: 'r', status: 'awaiting_approval' as const };
    const { id } = (await createTask(store, everything, input)).task;
    await store.db.query({
      text: 'UPDATE approvals SET policy = policy || $2, pull_author = $3 WHERE task_id = $1',
      values: [id, JSON.stringify(policy), author],
    });
    return id;
  };
  const by = (id: string, more: Partial<Viewer> = {}): Viewer => ({ ...viewerNamed(id), ...more });
  const byLink = async (id: number, recipient: string) => {
    const [approval] = await readApprovals(store.db, [id]);
    const token = (await createLink(store.db, approval?.id ?? 0, recipient)) ?? '';
    return decideByLink(store, { token, action: 'approve', seenHead: null, seenLink: '' });
  };

  it('votes once, by whichever address', async () => {
    const id = await awaiting({ required: 2 });
    await decideTask(store, by('Ann@corp.example', { proof: 'proxy' }), id, 'approve');
    await byLink(id, 'ann@home.example');
    await decideTask(store, by('ann@example.org', { proof: 'issuer', person: 1 }), id, 'approve');
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual(['ann@example.org']);
    expect(await sql('SELECT outcome, viewer, principal_id AS principal FROM decisions ORDER BY id')).toEqual(
      [
        { outcome: 'voted', viewer: 'person:1', principal: 2 },
        { outcome: 'repeated', viewer: 'person:1', principal: 1 },
        { outcome: 'repeated', viewer: 'person:1', principal: null },
      ],
    );
    await decideTask(store, by('ben@example.org'), id, 'approve');
    expect(await findTask(store.db, id)).toMatchObject({ status: 'succeeded' });
  });

  it('is one already where the address of the issuer, of the proxy and of a link is the same', async () => {
    const id = await awaiting({ required: 2 });
    await decideTask(
      store,
      by('ann@example.org', { proof: 'issuer', person: 1, principal: 7 }),
      id,
      'approve',
    );
    await decideTask(store, by('ANN@example.org', { proof: 'proxy' }), id, 'approve');
    await byLink(id, 'Ann@Example.org');
    expect(await sql('SELECT DISTINCT viewer FROM decisions')).toEqual([{ viewer: 'person:1' }]);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('keeps one vote of two that were given before the addresses were known as one', async () => {
    await sql(`DELETE FROM principals`);
    const id = await awaiting({ required: 3 });
    await decideTask(store, by('ann@example.org'), id, 'approve');
    await decideTask(store, by('ann@home.example'), id, 'approve');
    expect((await readApprovals(store.db, [id]))[0]?.voters).toHaveLength(2);
    await sql(
      `INSERT INTO principals (person_id, kind, subject, identity_key, label) VALUES (1, 'mail', 'ann@home.example', 'ann@home.example', 'ann')`,
    );
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual(['ann@example.org']);
    await decideTask(store, by('ben@example.org'), id, 'approve');
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it('is one with the person who was merged with it', async () => {
    const id = await awaiting({ required: 2 });
    await decideTask(store, by('ann@old.example'), id, 'approve');
    await sql(
      `UPDATE people SET merged_into = 1, removed_at = now(), removed_by = 'ben' WHERE label = 'ann@old.example'`,
    );
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual(['ann@example.org']);
    await decideTask(store, by('ann@example.org'), id, 'approve');
    await decideTask(store, by('ann@old.example'), id, 'approve');
    expect(await sql('SELECT outcome, viewer FROM decisions ORDER BY id')).toEqual([
      { outcome: 'voted', viewer: 'person:3' },
      { outcome: 'repeated', viewer: 'person:1' },
      { outcome: 'repeated', viewer: 'person:1' },
    ]);
    expect(await findTask(store.db, id)).toMatchObject({ status: 'awaiting_approval' });
  });

  it.each(['ann@home.example', 'Ann@corp.example', 'github:Octocat', 'ann@example.org', 'group:release'])(
    'is named by any of them: %s',
    async (name) => {
      for (const address of ['ann@example.org', 'ann@home.example', 'ann@corp.example']) {
        const id = await awaiting({ approvers: [name] });
        await expect(decideTask(store, by('ben@example.org'), id, 'approve')).rejects.toThrow('only');
        expect(await decideTask(store, by(address), id, 'approve')).toMatchObject({
          status: 'succeeded',
          approver: 'ann@example.org',
        });
      }
    },
  );

  it('approves no own work under another address', async () => {
    const definition = planDefinition.parse({
      name: 'night',
      steps: [{ task: 'a', gate: { denySelf: true } }],
    });
    await registerPlan(store.db, everything, definition);
    for (const [started, address] of [
      ['ann@home.example', 'ann@example.org'],
      ['ann@example.org', 'ann@corp.example'],
    ] as const) {
      const run = await startRun(store, by(started), { plan: 'night', runId: started });
      const [task] = await sql(`SELECT id FROM agents_tasks WHERE run_id = '${run.runId}'`);
      await expect(decideTask(store, by(address), Number(task?.id), 'approve')).rejects.toThrow(
        'started its run',
      );
    }
    const id = await awaiting({ denySelf: true }, 'octocat');
    for (const address of ['ann@example.org', 'ann@home.example'])
      await expect(decideTask(store, by(address), id, 'approve')).rejects.toThrow('wrote its pull request');
    expect(await decideTask(store, by('ben@example.org'), id, 'approve')).toMatchObject({
      status: 'succeeded',
    });
  });

  it('decides nothing once removed, by any address, and is listed in ADMIN_USERS by any', async () => {
    const listing = storeOf(database, [], { admins: ['ann@home.example'] });
    expect(await decideTask(listing, by('ann@corp.example'), await awaiting({}), 'approve')).toMatchObject({
      status: 'succeeded',
    });
    await sql(`UPDATE people SET removed_at = now(), removed_by = 'ben' WHERE id = 1`);
    const id = await awaiting({});
    for (const address of ['ann@example.org', 'ann@home.example', 'ANN@corp.example'])
      await expect(decideTask(store, by(address), id, 'cancel')).rejects.toThrow(
        'was removed from this server',
      );
    await expect(byLink(id, 'ann@home.example')).rejects.toThrow('was removed from this server');
  });
});
