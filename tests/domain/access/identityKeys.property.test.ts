import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { identityKey, isSame } from '../../../contract/people/identityKey.ts';
import { isPlain } from '../../../contract/text/plainText.ts';
import { type Database, openDatabase } from '../../../database/database.ts';
import { findPerson, requirePrincipal } from '../../../domain/access/knownPerson.ts';
import { setRoleOf } from '../../../domain/access/managePeople.ts';
import { countDecisions } from '../../../domain/approvals/record.ts';
import { recordDecision } from '../../../domain/audit/audit.ts';
import { readDirectory } from '../../../domain/audit/directory.ts';
import { system } from '../../../domain/input/viewer.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { sized } from '../../support/form.ts';
import { pairs } from '../../support/names.ts';
import { databaseUrl, onServer } from '../../support/postgresAdmin.ts';

let made = 0;

/** Holds the database against the rule: whoever is one by it is found by either name, everywhere, and nobody else is. */
async function agrees(db: Database): Promise<void> {
  await fc.assert(
    fc.asyncProperty(pairs, async (pair) => {
      const place = `@${++made}.example`;
      const [one, other] = pair.map((name) => name + place) as [string, string];
      fc.pre(
        [one, other].every((name) => isPlain(name) && name.isWellFormed() && /^[^\s@]+@[^\s@]+$/.test(name)),
      );
      const is = isSame(one, other);
      const count = is ? 1 : 2;
      for (const viewer of [one, other])
        await recordDecision(db, {
          action: 'prune',
          outcome: 'done',
          via: 'cli',
          viewer,
          viewerKind: 'person',
        });
      const text = 'SELECT id, label, identity_key AS key FROM people WHERE label LIKE $1 ORDER BY id';
      const people = await db.query<{ id: number; label: string; key: string }>({
        text,
        values: [`%${place}`],
      });
      expect(people.map(({ key }) => key)).toEqual([...new Set([one, other].map(identityKey))]);
      const [first = { id: 0 }] = people;
      const found = await findPerson(db, { id: null, name: other });
      expect(found?.id === first.id).toBe(is);
      const directory = await readDirectory(db, [other]);
      expect(directory.get(identityKey(other))?.person === first.id).toBe(is);
      expect(await countDecisions(db, { viewer: other }, 9)).toBe(is ? 2 : 1);
      const role = { person: { id: null, name: other }, grants: ['viewer'] };
      expect((await setRoleOf({ db }, system, role)).id === first.id).toBe(is);
      await db.query({
        text: `INSERT INTO principals (kind, subject, identity_key, label, person_id) VALUES ('mail', $1::text, $1::text, $2, $3)`,
        values: [identityKey(`linked-${one}`), `linked-${one}`, first.id],
      });
      const linked = await readDirectory(db, [`linked-${other}`]);
      expect(linked.size > 0).toBe(is);
      const account = requirePrincipal(db, { id: null, name: `linked-${other}` });
      expect(await account.then(() => true).catch(() => false)).toBe(is);
      const [{ count: rows } = { count: 0 }] = await db.query<{ count: number }>({
        text: 'SELECT count(*)::int AS count FROM people WHERE label LIKE $1',
        values: [`%${place}`],
      });
      expect(rows).toBe(count);
    }),
    {
      numRuns: sized({ short: 60, full: 2000 }),
      examples: [[['änn', 'ÄNN']], [['\u212aate', 'kate']], [['ß', 'ss']]],
    },
  );
}

describeOnBoth('The names of people', (database) => {
  it('are one or two to the database as they are to the server', () => agrees(database.db()));
});

/** What PostgreSQL can make of letters beyond ASCII; Turkish has another small letter for I. */
describe.each([
  ['Unicode', `LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'`],
  ['Turkish', `LOCALE_PROVIDER icu ICU_LOCALE 'tr'`],
])('The names of people in a database of the locale %s', (_locale, provider) => {
  let db: Database;
  const name = `locale_${randomBytes(4).toString('hex')}`;
  beforeAll(async () => {
    const { serverUrl } = inject('testDatabases');
    await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING UTF8 ${provider}`);
    db = await openDatabase({ url: databaseUrl(serverUrl, name) });
  });
  afterAll(async () => {
    await db.close();
    await onServer(inject('testDatabases').serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });

  it('are one or two to the database as they are to the server', async () => {
    const [{ small } = { small: '' }] = await db.query<{ small: string }>({
      text: `SELECT lower('Ä') AS small`,
    });
    expect(small).toBe('ä');
    await agrees(db);
  });
});
