import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { refuseUnmeetable } from '../../../domain/approvals/policyProblems.ts';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { onFloor } from '../../../domain/plans/approvalFloor.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { updateTask } from '../../../domain/reporting/update.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { readServerConfig } from '../../../server/config.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { playWorkers } from '../engine/support.ts';

const floorOf = (text: string) => readServerConfig({ APPROVAL_FLOOR: text }).approvalFloor;
const link = 'https://github.com/acme/site/pull/7';

describeOnEither('What a server demands of approvals', (database) => {
  const [ann, ben] = [viewerNamed('ann@example.org'), viewerNamed('ben@example.org')];
  const approvalFloor = floorOf('*: required 2; night: approvers ann@example.org');
  const store = storeOf(database, [], { approvalFloor });
  const workers = playWorkers(store);
  beforeEach(() => database.truncate());

  const status = async (id: number) => (await findTask(store.db, id))?.status;
  const finished = async (step: object) => {
    const { planHash } = await workers.start([{ task: 'make', ...step }]);
    const { id } = await workers.finish(await workers.leased(planHash), { outputsUri: link });
    return id;
  };

  it('makes a step ask that never would have, and only those decide whom both lists name', async () => {
    const id = await finished({ approval: 'never' });
    expect(await status(id)).toBe('awaiting_approval');
    await expect(decideTask(store, ben, id, 'approve')).rejects.toThrow(
      'this server demands one of ann@example.org (APPROVAL_FLOOR), not ben@example.org.',
    );
    await expect(decideTask(store, everything, id, 'approve')).rejects.toThrow('its policy requires people');
    await expect(decideTask(store, ben, id, 'reject')).rejects.toThrow('APPROVAL_FLOOR');
    expect(await decideTask(store, ann, id, 'approve')).toMatchObject({ status: 'succeeded' });
    const other = await finished({ approval: 'always', policy: { approvers: ['ben@example.org'] } });
    for (const viewer of [ann, ben])
      await expect(decideTask(store, viewer, other, 'approve')).rejects.toThrow("You can't decide");
  });

  it('counts for a gate', async () => {
    const { runId } = await workers.start([{ task: 'make', gate: {} }]);
    const [task] = await store.db.query<{ id: number }>({
      text: 'SELECT id FROM agents_tasks WHERE run_id = $1',
      values: [runId],
    });
    await expect(decideTask(store, ben, task?.id ?? 0, 'approve')).rejects.toThrow('APPROVAL_FLOOR');
    expect(await decideTask(store, ann, task?.id ?? 0, 'approve')).toMatchObject({ status: 'queued' });
  });

  it('counts for tasks of outside reporters, as the rule for the rest has it', async () => {
    const made = { task: 'make', runId: 'r', status: 'awaiting_approval', outputsUri: link } as const;
    const { id } = (await createTask(store, everything, made)).task;
    const later = (await createTask(store, everything, { ...made, status: 'running' })).task.id;
    await updateTask(store, everything, later, { status: 'awaiting_approval' });
    for (const one of [id, later]) {
      expect(await decideTask(store, ann, one, 'approve')).toMatchObject({ status: 'awaiting_approval' });
      expect(await decideTask(store, ben, one, 'approve')).toMatchObject({ status: 'succeeded' });
    }
  });
});

describe('A plan whose approvals nobody could give', () => {
  const plan = planDefinition.parse({ name: 'night', steps: [{ task: 'make' }] });
  const people = {
    named: new Set(['ann@example.org']),
    admins: [],
    groups: new Map(),
    users: new Map(),
  };
  const knownPeople = { ...people, anybody: false };

  it('is refused where the server demands more than there are people', async () => {
    const db = { query: async () => [] };
    const refuse = (text: string) =>
      refuseUnmeetable({ db, approvalFloor: floorOf(text), knownPeople }, plan, 'acme/site');
    await expect(refuse('acme/site:night: required 2')).rejects.toThrow(InvalidInputError);
    await expect(refuse('acme/site: approvers eve@example.org')).rejects.toThrow(
      /APPROVAL_FLOOR.*make: Only people can/,
    );
    for (const text of ['*: denySelf', 'other: required 2', '']) expect(await refuse(text)).toBeUndefined();
  });
});

describe('The setting APPROVAL_FLOOR', () => {
  it('has the nearest rule count: of the plan, else of the project, else of the rest', () => {
    const floor = floorOf(
      '*: denySelf; acme/site: required 2; acme/site:nightly: approvers group:release a@b, denySelf',
    );
    const of = (project: string, name: string) => floor?.({ project, name });
    expect(of('acme/site', 'nightly')).toEqual({
      approvers: ['group:release', 'a@b'],
      required: 1,
      denySelf: true,
    });
    expect(of('acme/site', 'weekly')).toEqual({ approvers: [], required: 2, denySelf: false });
    expect(of('', 'nightly')).toEqual({ approvers: [], required: 1, denySelf: true });
    expect(floor?.(undefined)?.denySelf).toBe(true);
  });

  it.each([
    ['nonsense', 'a project, a plan (acme/site:nightly) or *, then ": " and demands', 'nonsense'],
    ['acme/site: denySelf; *: required 0', 'for * denySelf, required with a number', 'required 0'],
    ['acme/site: denySelf, required two', 'for acme/site denySelf, required with a number', 'required two'],
    ['*: approvers', 'for * denySelf, required with a number from 1 to 10, or approvers', 'approvers'],
    ['a b: denySelf', 'a project, a plan (acme/site:nightly) or *', 'a b: denySelf'],
    ['*: denySelf; *: denySelf', 'one rule for each place, with commas between its demands', '*'],
  ])('is refused when %s is a rule, with the part at fault and an example', (text, expected, got) => {
    for (const part of [
      `APPROVAL_FLOOR: expected ${expected}`,
      ', such as "*: denySelf; acme/site: required 2',
      `, got ${JSON.stringify(got)}.`,
    ])
      expect(() => floorOf(text)).toThrow(part);
  });

  it('never makes a policy less strict', () => {
    const people = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });
    const demands = { required: fc.integer({ min: 1, max: 5 }), denySelf: fc.boolean(), approvers: people };
    fc.assert(
      fc.property(fc.record(demands), fc.record(demands), (policy, rule) => {
        const merged = onFloor(policy, rule);
        expect(merged.required).toBe(Math.max(policy.required, rule.required));
        expect(merged.denySelf).toBe(policy.denySelf || rule.denySelf);
        expect(merged.approvers).toEqual(policy.approvers);
        expect(merged.alsoApprovers ?? []).toEqual(rule.approvers);
      }),
    );
  });
});
