import { beforeEach, expect, it } from 'vitest';
import { delegate, endDelegation } from '../../../domain/access/delegations.ts';
import { linkPerson } from '../../../domain/access/linkPeople.ts';
import { setRole } from '../../../domain/access/managePeople.ts';
import {
  delegateInput,
  endDelegationInput,
  linkPersonInput,
  removePersonInput,
  setRoleInput,
} from '../../../domain/access/personInput.ts';
import { removePerson } from '../../../domain/access/removePerson.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { signIn, viewerOfPerson } from '../../support/people.ts';

const admin = viewerNamed('zoe@example.org');
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describeOnBoth('A delegate', (database) => {
  const store = storeOf(database);
  const listed = storeOf(database, [], { admins: ['bob@example.org', 'cy@example.org'] });
  let [ann, bob, cy] = [admin, admin, admin];
  beforeEach(async () => {
    await database.truncate();
    ann = await known('ann@example.org');
    bob = await known('bob@example.org');
    cy = await known('cy@example.org');
  });

  async function known(name: string, grants = ['approver'], more: object = {}): Promise<Viewer> {
    return viewerOfPerson(await signIn(store, name, { grants, ...more }));
  }
  const name = (from: Viewer, to: Viewer, until = tomorrow()) =>
    delegate(store, from, delegateInput.parse({ to: to.id, until }));
  const end = (by: Viewer, to: Viewer, from?: Viewer) =>
    endDelegation(store, by, endDelegationInput.parse({ to: to.id, from: from?.id }));
  const approve = (by: Viewer, id: number, on = store) => decideTask(on, by, id, 'approve');
  const votes = (id: number) =>
    store.db.query<object>({
      text: `SELECT viewer_name(viewer) AS viewer, outcome, viewer_name(acting_for) AS "for" FROM decisions WHERE task_id = $1 AND outcome <> 'refused' ORDER BY id`,
      values: [id],
    });

  /** Makes a task that awaits approval under a policy, in a run of the project `acme/site`. */
  async function awaiting(gate: object, startedBy: Viewer = everything): Promise<number> {
    const content = { name: 'nightly', steps: [{ task: 'deploy', gate, inputs: { at: performance.now() } }] };
    const definition = { content, home: { project: 'acme/site', isGuessed: false } };
    const wanted = startRunInput.parse({ definition: content, home: definition.home });
    const { tasks } = await startRun(store, startedBy, wanted);
    return tasks[0]?.id ?? 0;
  }

  it('decides where the policy names the approver, by a vote of its own that is recorded as for them', async () => {
    const policy = { approvers: [ann.id] };
    await expect(approve(bob, await awaiting(policy))).rejects.toThrow('only ann@example.org may approve');
    expect(await name(ann, bob)).toMatchObject({ from: ann.id, to: bob.id, endedAt: null });
    const id = await awaiting(policy);
    expect(await approve(bob, id)).toMatchObject({ status: 'queued' });
    expect(await votes(id)).toEqual([{ viewer: bob.id, outcome: 'decided', for: ann.id }]);
    const rejected = await decideTask(store, bob, await awaiting(policy), 'reject');
    expect(rejected).toMatchObject({ status: 'failed', approver: bob.id });
    const text = `SELECT viewer_name(subject) AS subject, note FROM decisions WHERE action = 'delegate'`;
    expect(await store.db.query<object>({ text })).toMatchObject([
      { subject: bob.id, note: expect.stringMatching(/^decides for person:1 until \d{4}-/) },
    ]);
  });

  it.each([
    ['key', { key: 7 }, 'A key of your own may not'],
    ['token of the issuer', { proof: 'token' as const }, 'A token of the issuer may not'],
  ])('is named and ended by no %s, which is no proof for what is of high risk', async (_what, by, why) => {
    await name(ann, bob);
    await expect(name({ ...ann, ...by }, cy)).rejects.toThrow(`${why} name a delegate`);
    await expect(end({ ...ann, ...by }, bob)).rejects.toThrow(`${why} end what a delegate may`);
  });

  it('decides in its own name where the policy names it too', async () => {
    await name(ann, bob);
    const id = await awaiting({ approvers: [ann.id, bob.id] });
    await approve(bob, id);
    expect(await votes(id)).toEqual([{ viewer: bob.id, outcome: 'decided', for: null }]);
  });

  it('is one vote with the approver, and one vote however many it decides for', async () => {
    await name(ann, bob);
    await name(cy, bob);
    const policy = { approvers: [ann.id, cy.id], required: 2 };
    const first = await awaiting(policy);
    expect(await approve(bob, first)).toMatchObject({ status: 'awaiting_approval' });
    expect(await approve(bob, first)).toMatchObject({ status: 'awaiting_approval' });
    expect(await approve(ann, first)).toMatchObject({ status: 'awaiting_approval' });
    expect(await approve(cy, first)).toMatchObject({ status: 'queued' });
    expect(await votes(first)).toEqual([
      { viewer: bob.id, outcome: 'voted', for: ann.id },
      { viewer: bob.id, outcome: 'repeated', for: null },
      { viewer: ann.id, outcome: 'voted', for: null },
      { viewer: cy.id, outcome: 'decided', for: null },
    ]);
    const second = await awaiting(policy);
    await approve(ann, second);
    expect(await approve(bob, second)).toMatchObject({ status: 'queued' });
    expect((await votes(second)).at(-1)).toEqual({ viewer: bob.id, outcome: 'decided', for: cy.id });
    const third = await awaiting({ approvers: [ann.id], required: 1 });
    await end(cy, bob);
    await approve(bob, third);
  });

  it('approves neither its own work nor that of the approver', async () => {
    await name(ann, bob);
    const policy = { approvers: [ann.id], denySelf: true };
    for (const starter of [ann, bob])
      await expect(approve(bob, await awaiting(policy, starter))).rejects.toThrow('example.org');
    expect(await approve(bob, await awaiting(policy, cy))).toMatchObject({ status: 'queued' });
  });

  it('passes nothing on', async () => {
    await name(ann, bob);
    await name(bob, cy);
    await expect(approve(cy, await awaiting({ approvers: [ann.id] }))).rejects.toThrow('only ann');
  });

  it('needs the role approver itself, in that project, whichever way it comes', async () => {
    await name(ann, bob);
    const byLink = { ...bob, proof: 'link' as const, session: undefined };
    const policy = { approvers: [ann.id] };
    for (const grants of [[{ role: 'viewer' }], [{ role: 'approver', project: 'acme/shop' }]]) {
      await store.db.query({ text: "UPDATE principals SET grants = '{}'" });
      await setRole(store, admin, setRoleInput.parse({ person: bob.id, grants }));
      await setRole(store, admin, setRoleInput.parse({ person: ann.id, grants: [{ role: 'approver' }] }));
      await name(ann, bob).catch(() => undefined);
      await expect(approve(byLink, await awaiting(policy))).rejects.toThrow(
        'only ann@example.org may approve',
      );
    }
  });

  it('needs the approver’s own role, in that project, and ADMIN_USERS for both', async () => {
    await name(ann, bob);
    const policy = { approvers: [ann.id] };
    await expect(approve(bob, await awaiting(policy), listed)).rejects.toThrow('only ann');
    const dan = await known('dan@example.org', ['approver@acme/shop']);
    await name(dan, bob);
    await expect(approve(bob, await awaiting({ approvers: [dan.id] }))).rejects.toThrow('only dan');
    const may = await known('may@example.org', ['approver@acme/site']);
    await name(may, bob);
    expect(await approve(bob, await awaiting({ approvers: [may.id] }))).toMatchObject({ status: 'queued' });
  });

  it('decides no more once it is over, ended, or either is removed', async () => {
    const policy = { approvers: [ann.id] };
    const refuses = async () =>
      expect(approve(bob, await awaiting(policy))).rejects.toThrow('only ann@example.org may approve');
    await name(ann, bob);
    await store.db.query({ text: `UPDATE delegations SET until = now() - interval '1 second'` });
    await refuses();
    await name(ann, bob);
    await end(ann, bob);
    await end(ann, bob);
    await refuses();
    await name(ann, bob);
    await expect(end({ ...cy, scopes: new Set(['approve']) }, bob, ann)).rejects.toThrow(
      'or an admin may end',
    );
    await end(admin, bob, ann);
    await refuses();
    await name(ann, bob);
    await removePerson(store, admin, removePersonInput.parse({ person: ann.id }));
    await refuses();
    // Letting the approver in again brings nothing back.
    await setRole(store, admin, setRoleInput.parse({ person: ann.id, grants: [{ role: 'approver' }] }));
    await refuses();
  });

  it('is an approver, another person, and one for 90 days at most', async () => {
    const dan = await known('dan@example.org', ['operator']);
    const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
    await expect(name(ann, dan)).rejects.toThrow('`to` must be a person with the role approver');
    await expect(name(ann, ann)).rejects.toThrow('another person than you');
    await expect(name(ann, bob, days(91))).rejects.toThrow('within the next 90 days');
    await expect(name(ann, bob, days(-1))).rejects.toThrow('within the next 90 days');
    await expect(name(everything, bob)).rejects.toThrow('signed in as a person');
    await expect(name(viewerNamed('new@example.org'), bob)).rejects.toThrow(
      'knows no person new@example.org',
    );
    await expect(end(ann, bob)).rejects.toThrow('somebody who decides for ann@example.org');
  });

  it('who was two persons until an admin linked them is one vote, and one author', async () => {
    const github = { kind: 'github' as const, issuer: 'https://github.com', label: 'ann' };
    const other = await known('github:ann', ['approver'], github);
    const policy = { required: 2 };
    const id = await awaiting(policy);
    expect(await approve(other, id)).toMatchObject({ status: 'awaiting_approval' });
    const started = await awaiting({ denySelf: true }, other);
    const named = await awaiting({ approvers: ['github:ann'] });
    await linkPerson(store, admin, linkPersonInput.parse({ principal: 'github:ann', person: ann.id }));
    expect(await approve(ann, id)).toMatchObject({ status: 'awaiting_approval' });
    expect(await votes(id)).toMatchObject([{ outcome: 'voted' }, { outcome: 'repeated' }]);
    expect(await approve(bob, id)).toMatchObject({ status: 'queued' });
    await expect(approve(ann, started)).rejects.toThrow('started its run');
    expect(await approve(ann, named)).toMatchObject({ status: 'queued' });
  });
});
