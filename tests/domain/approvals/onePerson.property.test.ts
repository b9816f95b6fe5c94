import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { decideByLink } from '../../../domain/approvals/decideByLink.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { DomainError } from '../../../domain/input/errors.ts';
import { viewerOf } from '../../../domain/input/people.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { findTask } from '../../../domain/tasks/read.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';

/** Three people, each with a name, addresses that are linked to it, and a login that stands for one of these. */
const people = ['ann', 'ben', 'eve'].map((name) => ({
  name,
  addresses: [`${name}@example.org`, `${name}@home.example`, `${name}@corp.example`],
  login: `${name}-codes`,
}));
const addressesOf = (person: number) => people[person]?.addresses ?? [];
/** Who has a name, by its letters before the first sign. */
const personOf = (name: string) =>
  people.findIndex((one) => name.toLowerCase().replace('github:', '').startsWith(one.name));

const person = fc.nat(people.length - 1);
const place = fc.nat(2);
const loud = fc.boolean();
/** Some name of somebody, in some letters. */
const name = fc
  .tuple(person, place, loud)
  .map(([who, at, isLoud]) => written(addressesOf(who)[at] ?? '', isLoud));
const written = (text: string, isLoud: boolean) => (isLoud ? text.toUpperCase() : text);
const approver = fc.oneof(
  name,
  person.map((who) => `github:${people[who]?.login}`),
);

const policy = fc.record({
  required: fc.constantFrom(1, 2, 3),
  denySelf: fc.boolean(),
  approvers: fc.oneof(fc.constant<string[]>([]), fc.uniqueArray(approver, { minLength: 3, maxLength: 5 })),
});

/** An approval that somebody gives in some way. */
const deed = fc.record({
  way: fc.constantFrom('proxy' as const, 'session' as const, 'link' as const, 'review' as const),
  who: person,
  name,
});

interface Deed {
  way: 'proxy' | 'session' | 'link' | 'review';
  who: number;
  name: string;
}

describeOnEither('Whatever addresses people come with', (database) => {
  const githubUsers = new Map(people.map(({ login, addresses }) => [login, addresses[1] ?? '']));
  const store = storeOf(database, [], { githubUsers });
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });

  it('nobody votes twice, and nobody approves their own work', async () => {
    await sql(
      `INSERT INTO people (label, identity_key) SELECT one, one FROM unnest(ARRAY['ann@example.org', 'ben@example.org', 'eve@example.org']) one`,
    );
    await sql(`INSERT INTO principals (person_id, kind, subject, identity_key, label)
      SELECT id, kind, split_part(label, '@', 1) || host, split_part(label, '@', 1) || host, label FROM people, (VALUES ('mail', '@home.example'), ('proxy', '@corp.example')) AS known (kind, host)`);
    await fc.assert(
      fc.asyncProperty(
        policy,
        name,
        fc.option(person),
        fc.array(deed, { minLength: 1, maxLength: 10 }),
        async (given, starter, author, deeds) => {
          const id = await held(given, starter, author);
          const voted = await approveAll(id, deeds);
          const named = given.approvers.map(personOf);
          const own = given.denySelf ? [personOf(starter), author] : [];
          const told = JSON.stringify({ given, starter, author, deeds });
          for (const who of voted) {
            expect(own, told).not.toContain(who);
            if (named.length > 0) expect(named, told).toContain(who);
          }
          const [approval] = await readApprovals(store.db, [id]);
          const voters = (approval?.voters ?? []).map(personOf);
          expect(new Set(voters).size, told).toBe(voters.length);
          expect(new Set(voters), told).toEqual(voted);
          const task = await findTask(store.db, id);
          expect(task?.status !== 'awaiting_approval', told).toBe(voted.size >= given.required);
        },
      ),
      { numRuns: sized({ short: 30, full: 1000 }) },
    );
  });

  /** Approves as long as that is waited for; gives who has done so. */
  async function approveAll(id: number, deeds: readonly Deed[]): Promise<Set<number>> {
    const voted = new Set<number>();
    for (const one of deeds) {
      if ((await findTask(store.db, id))?.status !== 'awaiting_approval') break;
      const who = await approve(id, one);
      if (who !== undefined) voted.add(who);
    }
    return voted;
  }

  async function held(
    given: { required: number; denySelf: boolean; approvers: string[] },
    starter: string,
    author: number | null,
  ): Promise<number> {
    const definition = planDefinition.parse({
      name: 'night',
      steps: [{ task: 'a', gate: { required: given.required, denySelf: given.denySelf } }],
    });
    await registerPlan(store.db, everything, definition);
    const { runId } = await startRun(store, viewerNamed(starter), { plan: 'night' });
    const [task] = await sql(`SELECT id FROM agents_tasks WHERE run_id = '${runId}'`);
    await store.db.query({
      text: 'UPDATE approvals SET policy = policy || $2, pull_author = $3 WHERE task_id = $1',
      values: [
        task?.id,
        JSON.stringify({ approvers: given.approvers }),
        author === null ? null : people[author]?.login,
      ],
    });
    return Number(task?.id);
  }

  /** Approves in one way; gives who that was, where it counted. */
  async function approve(id: number, { way, who, name: address }: Deed): Promise<number | undefined> {
    try {
      if (way === 'proxy')
        await decideTask(store, { ...viewerNamed(address), proof: 'proxy' }, id, 'approve');
      if (way === 'session')
        await decideTask(
          store,
          { ...viewerNamed(addressesOf(who)[0] ?? ''), person: who + 1 },
          id,
          'approve',
        );
      if (way === 'review') {
        const viewer = viewerOf(githubUsers, { login: people[who]?.login ?? '' });
        await decideTask(store, { ...viewerNamed(''), ...viewer }, id, 'approve', { via: 'github' });
      }
      if (way === 'link') {
        const [approval] = await readApprovals(store.db, [id]);
        const token = (await createLink(store.db, approval?.id ?? 0, address)) ?? '';
        await decideByLink(store, { token, action: 'approve', seenHead: null, seenLink: '' });
      }
      return way === 'proxy' || way === 'link' ? personOf(address) : who;
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
  }
});
