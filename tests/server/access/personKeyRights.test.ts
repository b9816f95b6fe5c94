import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { hashOfKey } from '../../../contract/keyText.ts';
import { type Role, roleFacts, roles } from '../../../contract/words/people.ts';
import { type Scope, scopes } from '../../../contract/words/viewers.ts';
import { accessOf, readGrant } from '../../../domain/access/grants.ts';
import { readKeyFacts } from '../../../domain/access/keyFacts.ts';
import { createKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey } from '../../../domain/access/keys.ts';
import {
  planRefusal,
  refuseBounded,
  refuseLabelsOutside,
  reportRefusal,
} from '../../../domain/bounds/bounds.ts';
import type { Bounds, Viewer } from '../../../domain/input/viewer.ts';
import { boundsFor } from '../../../domain/input/viewer.ts';
import { viewerOf, whyOver } from '../../../server/access/keyHolder.ts';
import { useDatabase } from '../../support/databases.ts';
import { browserOf } from '../../support/people.ts';
import { makePerson, type TestPerson } from '../signIn/browserSession.ts';

const grant = fc.constantFrom(
  ...roles,
  ...roles.filter((role) => role !== 'admin').flatMap((role) => [`${role}@acme/site`, `${role}@acme/tools`]),
);
const projects = ['acme/site', 'acme/tools', 'acme/docs'];

/** Any bounds that a key may have. */
const bounded = fc
  .record({
    projects: fc.subarray(projects),
    plans: fc.subarray(['nightly', 'seo*', '*']),
    labels: fc.subarray(['gpu', 'arm']),
    tasks: fc.subarray(['seo.check', 'seo*', '*']),
  })
  .map(
    (lists) =>
      Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)) as {
        [list in 'projects' | 'plans' | 'labels' | 'tasks']?: string[];
      },
  );

/** What bounds allow of everything that they may bound. */
function allowedBy(bounds: Bounds | undefined): Map<string, boolean> {
  const passes = (judge: () => void) => {
    try {
      judge();
      return true;
    } catch {
      return false;
    }
  };
  const plans = ['', ...projects].flatMap((project) =>
    ['nightly', 'seo.daily', 'weekly'].map((name): [string, boolean] => [
      `the plan ${project}:${name}`,
      bounds === undefined || planRefusal(bounds, { project, name }) === undefined,
    ]),
  );
  const tasks = ['seo.check', 'seo', 'deploy'].map((task): [string, boolean] => [
    `the task ${task}`,
    bounds === undefined || reportRefusal(bounds, task) === undefined,
  ]);
  const labels = [[], ['gpu'], ['arm', 'gpu'], ['tpu']].map((some): [string, boolean] => [
    `the labels ${some.join()}`,
    passes(() => refuseLabelsOutside(bounds, some)),
  ]);
  const server = passes(() => refuseBounded(bounds, 'prune'));
  return new Map([...plans, ...tasks, ...labels, ['the server', server]]);
}

describe('What a person’s key may do', () => {
  const database = useDatabase('postgres');
  let ann: TestPerson;
  let session: Viewer['session'];
  let number = 0;
  beforeAll(async () => {
    ann = await makePerson({ db: database.db() }, 'ann@example.org', {});
    ({ session } = await browserOf({ db: database.db() }, ann));
  });

  /** Signed in, with everything at the time when the key is made. */
  const signedIn = (): Viewer => ({
    id: ann.label,
    kind: 'person',
    person: ann.person,
    identified: true,
    proof: 'issuer',
    scopes: new Set(scopes),
    session,
  });

  async function facts(given: readonly Scope[], only: readonly string[], own: string[], lent: string[]) {
    const db = database.db();
    number += 1;
    const input = createKeyInput.parse({
      name: `key-${number}`,
      scopes: given,
      person: true,
      ...(only.length > 0 && { projects: only }),
    });
    const { secret } = await createKey({ db }, signedIn(), input);
    await db.query({ text: 'UPDATE people SET grants = $2 WHERE id = $1', values: [ann.person, own] });
    await db.query({
      text: 'UPDATE principals SET grants = $2 WHERE id = $1',
      values: [ann.principal, lent],
    });
    const [found] = await readKeyFacts(db, [hashOfKey(secret)]);
    if (found === undefined) throw new Error('The key is gone.');
    return found;
  }

  it('is what both the key and the person may, whatever the roles of the person have become', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...scopes], { minLength: 1 }),
        fc.subarray(projects),
        fc.array(grant, { maxLength: 4 }),
        fc.array(grant, { maxLength: 2 }),
        fc.boolean(),
        async (given, wanted, own, lent, isListed) => {
          const only = given.includes('admin') ? [] : wanted;
          const found = await facts(given, only, own, lent);
          const admins = isListed ? ['ANN@example.org'] : ['ben@example.org'];
          const viewer = viewerOf(found, new AbortController().signal, admins);
          const granted = [...own, ...lent].map((text) => readGrant(text));
          const has = (scope: Scope) =>
            granted.some(
              (one) => one && (roleFacts[one.role as Role].scopes as readonly Scope[]).includes(scope),
            );
          const expected = scopes.filter(
            (scope) =>
              (given.includes(scope) || given.includes('admin')) &&
              has(scope) &&
              (isListed || (scope !== 'approve' && scope !== 'admin')),
          );
          expect([...viewer.scopes].sort()).toEqual([...expected].sort());
          // With each scope it may change what lies in the key's projects and in those of a role that gives the scope.
          for (const project of projects) {
            for (const scope of expected.filter((one) => one !== 'read')) {
              const bounds = boundsFor(viewer, scope);
              const may =
                bounds === undefined || planRefusal(bounds, { project, name: 'nightly' }) === undefined;
              const isInKey = only.length === 0 || only.includes(project);
              const isInRoles = granted.some(
                (one) =>
                  one &&
                  (roleFacts[one.role as Role].scopes as readonly Scope[]).includes(scope) &&
                  (one.project === undefined || one.project === project),
              );
              expect([project, scope, may]).toEqual([project, scope, isInKey && isInRoles]);
            }
          }
          expect(viewer).toMatchObject({ id: ann.label, kind: 'person', person: ann.person, proof: 'key' });
          expect(viewer.session).toBeUndefined();
          expect(whyOver(found)).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is exactly what the bounds of the key and those of the roles allow both', async () => {
    const found = await facts(['report', 'work', 'operate', 'approve'], [], [], []);
    fc.assert(
      fc.property(bounded, fc.array(grant, { maxLength: 4 }), (ofKey, grants) => {
        const lists = { projects: [], plans: [], labels: [], tasks: [], ...ofKey };
        const viewer = viewerOf({ ...found, ...lists, grants }, new AbortController().signal);
        const person = accessOf(grants);
        const alone = allowedBy(ofKey);
        for (const scope of viewer.scopes) {
          const ofRoles = allowedBy(boundsFor(person, scope));
          const expected = [...alone].map(([what, may]) => [what, may && ofRoles.get(what)]);
          expect([scope, ...allowedBy(boundsFor(viewer, scope))]).toEqual([scope, ...expected]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is nothing of what an account brought at a sign-in too long ago', async () => {
    const db = database.db();
    const { sha256 } = await facts(['approve', 'read'], [], ['viewer'], ['approver']);
    await db.query({ text: "UPDATE principals SET signed_in_at = clock_timestamp() - interval '31 days'" });
    const [later] = await readKeyFacts(db, [sha256]);
    expect([later?.grants, later?.ownerState]).toEqual([['viewer'], 'active']);
    await db.query({ text: "UPDATE people SET signed_in_at = clock_timestamp() - interval '31 days'" });
    expect((await readKeyFacts(db, [sha256]))[0]?.ownerState).toBe('asleep');
    expect((await readKeyFacts(db, [sha256], 60))[0]?.ownerState).toBe('active');
    await db.query({ text: "UPDATE people SET removed_at = clock_timestamp(), removed_by = 'admin'" });
    expect((await readKeyFacts(db, [sha256], 60))[0]?.ownerState).toBe('removed');
  });
});
