import { expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../database/database.ts';
import { keyNames } from '../../../domain/access/keyNames.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { openBefore } from '../../support/openBefore.ts';

describeOnBoth('Names of people from before they had keys', (database) => {
  const read = (db: Database, text: string) => db.query<Record<string, unknown>>({ text });

  it('are compared by the same rule from the next start on, which merges who is one by it, on record, once', async () => {
    const config = await database.createFresh();
    const before = await openBefore(config, '0053');
    const isLocal = (await read(before, `SELECT lower('Ä') = 'Ä' AS apart`))[0]?.apart === true;
    for (const text of [
      `INSERT INTO people (label, grants) VALUES ('Ann@example.org', '{admin}'), ('änn@example.org', '{approver}')`,
      `INSERT INTO people (label) VALUES ('account:aB@login.example.org'), ('ÖZ@example.org')`,
      `INSERT INTO people (label, grants) SELECT 'Änn@example.org', '{admin}' WHERE ${isLocal}`,
      `INSERT INTO principals (person_id, kind, issuer, subject, label) VALUES (1, 'github', 'https://github.com', '1', 'Ann'),
        (1, 'issuer', 'https://login.example.org', 'x', 'Ann@example.org'), (4, 'mail', '', 'öz@home.example', 'Öz@home.example')`,
      `INSERT INTO principals (person_id, kind, subject, label) SELECT 5, 'proxy', 'änn@corp.example', 'Änn@corp.example' WHERE ${isLocal}`,
      `INSERT INTO api_keys (name, prefix, sha256, scopes, made_by, person_id)
        SELECT 'k', 'nsk_12345678', repeat('a', 64), '{read}', 'x', 5 WHERE ${isLocal}`,
      `INSERT INTO former_names (name, person_id) VALUES ('github:ann-before', 1)`,
    ])
      await before.query({ text });
    await before.close();
    const db = await openDatabase(config);
    try {
      await keyNames({ db });
      const people = 'SELECT id, identity_key AS key, merged_into AS into FROM people ORDER BY id';
      const kept = [
        { id: 1, key: 'ann@example.org', into: null },
        { id: 2, key: 'änn@example.org', into: null },
        { id: 3, key: 'account:aB@login.example.org', into: null },
        { id: 4, key: 'öz@example.org', into: null },
      ];
      const merged = { id: 5, key: 'änn@example.org 5', into: 2 };
      expect(await read(db, people)).toEqual(isLocal ? [...kept, merged] : kept);
      expect(
        await read(db, 'SELECT person_id AS person, identity_key AS key FROM principals ORDER BY id'),
      ).toEqual([
        { person: 1, key: 'github:ann' },
        { person: 1, key: 'ann@example.org' },
        { person: 4, key: 'öz@home.example' },
        ...(isLocal ? [{ person: null, key: 'änn@corp.example' }] : []),
      ]);
      const record = 'SELECT action, subject, viewer, note FROM decisions ORDER BY id';
      const by = { viewer: 'nightshift' };
      const once = isLocal
        ? [
            {
              action: 'remove_person',
              subject: 'person:5',
              note: 'has the name of person:2; revoked nsk_12345678…',
              ...by,
            },
            {
              action: 'key_people',
              subject: null,
              note: '2 names compared anew; 1 person had the name of another one',
              ...by,
            },
          ]
        : [{ action: 'key_people', subject: null, note: '1 name compared anew', ...by }];
      expect(await read(db, record)).toEqual(once);
      await keyNames({ db });
      expect(await read(db, record)).toEqual(once);
    } finally {
      await db.close();
    }
  });
});
