import { beforeEach, expect, it } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { recordForbidden } from '../../../domain/approvals/forbidden.ts';
import { readApprovals } from '../../../domain/approvals/read.ts';
import { countDecisions, readDecisionPage, readDecisions } from '../../../domain/approvals/record.ts';
import { openDecisionCsv } from '../../../domain/approvals/recordCsv.ts';
import { recordDecision } from '../../../domain/audit/audit.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';
import { openBefore } from '../../support/openBefore.ts';

describeOnBoth('The record of what people did', (database) => {
  const store = storeOf(database);
  const ann = viewerNamed('Ann@example.org');
  beforeEach(() => database.truncate());

  const sql = <Row extends object = Record<string, unknown>>(text: string) => store.db.query<Row>({ text });
  const awaiting = async (required = 1) => {
    const input = { task: 'make', runId: 'r', status: 'awaiting_approval' as const };
    const { id } = (await createTask(store, everything, input)).task;
    await sql(`UPDATE approvals SET policy = policy || '{"required": ${required}}' WHERE task_id = ${id}`);
    return id;
  };
  const forgetAnn = () =>
    sql(
      `UPDATE people SET label = NULL, identity_key = NULL, forgotten_at = now() WHERE label = 'Ann@example.org'`,
    );

  it('holds the number of a person, and every reader shows the name', async () => {
    const id = await awaiting(2);
    await decideTask(store, ann, id, 'approve');
    await decideTask(store, { ...ann, id: 'ann@EXAMPLE.org' }, id, 'approve');
    await recordForbidden(
      store.db,
      { ...ann, scopes: new Set() },
      { ids: [id], action: 'cancel', via: 'cli' },
    );
    expect(await sql('SELECT label FROM people')).toEqual([{ label: 'Ann@example.org' }]);
    expect(await sql('SELECT viewer, refusal FROM decisions ORDER BY id')).toEqual([
      { viewer: 'person:1', refusal: null },
      { viewer: 'person:1', refusal: null },
      { viewer: 'person:1', refusal: 'person:1 does not have the approve scope.' },
    ]);
    const [shown] = await readDecisions(store.db, [id]);
    expect(shown?.map(({ viewer, person, outcome }) => [viewer, person, outcome])).toEqual([
      ['Ann@example.org', 1, 'refused'],
      ['Ann@example.org', 1, 'repeated'],
      ['Ann@example.org', 1, 'voted'],
    ]);
    expect(shown?.[0]?.refusal).toBe('Ann@example.org does not have the approve scope.');
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual(['Ann@example.org']);
    const { rows } = await openDecisionCsv(store.db, { viewer: 'ann@example.org' }, 10);
    const csv = (await rows.toArray()).join('');
    expect(csv.match(/Ann@example\.org/g)).toHaveLength(4);
  });

  it('names nobody any more once the person is forgotten', async () => {
    const id = await awaiting(2);
    await decideTask(store, ann, id, 'approve');
    await forgetAnn();
    expect((await readDecisions(store.db, [id]))[0]?.[0]).toMatchObject({
      viewer: 'forgotten person 1',
      person: 1,
    });
    // Whoever comes with that address is somebody else to the record, and may be the same: the vote of before counts no more.
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual([]);
    await decideTask(store, ann, id, 'approve');
    await decideTask(store, viewerNamed('ben@example.org'), id, 'approve');
    expect(await sql('SELECT viewer, outcome FROM decisions ORDER BY id')).toEqual([
      { viewer: 'person:1', outcome: 'voted' },
      { viewer: 'person:2', outcome: 'voted' },
      { viewer: 'person:3', outcome: 'decided' },
    ]);
    expect((await readApprovals(store.db, [id]))[0]?.voters).toEqual([
      'forgotten person 1',
      'Ann@example.org',
      'ben@example.org',
    ]);
  });

  it('is found by the name, by an address that is linked, and by the number', async () => {
    await recordDecision(store.db, {
      action: 'prune',
      outcome: 'done',
      via: 'cli',
      viewer: 'admin',
      viewerKind: 'shared',
    });
    await recordDecision(store.db, {
      action: 'prune',
      outcome: 'done',
      via: 'cli',
      viewer: 'Ann@example.org',
      viewerKind: 'person',
    });
    await sql(
      `INSERT INTO principals (person_id, kind, subject, identity_key, label) VALUES (1, 'mail', 'ann@home.example', 'ann@home.example', 'ann')`,
    );
    const found = async (viewer: string, more: object = {}) => [
      (await readDecisionPage(store.db, { viewer, ...more }, { first: 5 })).edges.length,
      await countDecisions(store.db, { viewer, ...more }),
    ];
    for (const name of ['ann@EXAMPLE.org', 'Ann@home.example', 'person:1', 'Admin']) {
      expect(await found(name)).toEqual([1, 1]);
      expect(await found(name, { actions: ['prune'] })).toEqual([1, 1]);
      expect(await found(name, { actions: ['approve'] })).toEqual([0, 0]);
    }
    expect(await found('ben@example.org')).toEqual([0, 0]);
  });

  it('makes one person of a name that comes many times at once', async () => {
    const many = Array.from({ length: 30 }, (_, number) =>
      store.db.transaction((tx) =>
        recordDecision(tx, {
          action: 'approve',
          outcome: number % 2 === 0 ? 'done' : 'refused',
          refusal: 'no',
          via: 'cli',
          viewer: number % 3 === 0 ? 'ann@example.org' : 'ANN@example.org',
          viewerKind: 'person',
        }),
      ),
    );
    await Promise.all(many);
    expect(await sql('SELECT count(DISTINCT viewer) AS viewers, count(*) AS rows FROM decisions')).toEqual([
      { viewers: 1, rows: 30 },
    ]);
    expect(await sql('SELECT count(*) AS people FROM people')).toEqual([{ people: 1 }]);
  });

  it('takes no row in which a person has a name, as a server from before would write it', async () => {
    const older = `INSERT INTO decisions (action, outcome, viewer, viewer_kind, via)
      VALUES ('approve', 'voted', 'ann@example.org', 'person', 'cli')`;
    await expect(sql(older)).rejects.toThrow('decisions_person_check');
  });

  it('has numbers in rows from before as well, on record, and stays as it is otherwise', async () => {
    const config = await database.createFresh();
    const before = await openBefore(config, '0052');
    for (const text of [
      `INSERT INTO people (label) VALUES ('ann@example.org')`,
      `INSERT INTO decisions (action, outcome, viewer, viewer_kind, via, refusal) VALUES
        ('approve', 'refused', 'Ann@example.org', 'person', 'cli', 'not Ann@example.org'), ('approve', 'voted', 'ben@example.org', 'person', 'cli', NULL),
        ('approve', 'done', 'admin', 'shared', 'cli', NULL), ('approve', 'done', 'ann@example.org', NULL, 'cli', NULL)`,
      `INSERT INTO refusal_hours (viewer, hour, recorded, left_out, granted, viewer_kind, action, via)
        VALUES ('ann@example.org', now(), 1, 0, 1, 'person', 'approve', 'cli')`,
    ])
      await before.query({ text });
    await before.close();
    const after = await openDatabase(config);
    try {
      expect(
        await after.query({
          text: 'SELECT viewer, viewer_name(viewer) AS name, refusal, note FROM decisions ORDER BY id',
        }),
      ).toEqual([
        { viewer: 'person:1', name: 'ann@example.org', refusal: 'not person:1', note: null },
        { viewer: 'person:2', name: 'ben@example.org', refusal: null, note: null },
        { viewer: 'admin', name: 'admin', refusal: null, note: null },
        { viewer: 'ann@example.org', name: 'ann@example.org', refusal: null, note: null },
        {
          viewer: 'nightshift',
          name: 'nightshift',
          refusal: null,
          note: '2 entries of people now hold their numbers instead of their names',
        },
      ]);
      expect(await after.query({ text: 'SELECT viewer FROM refusal_hours' })).toEqual([
        { viewer: 'person:1' },
      ]);
      await expect(after.query({ text: `UPDATE decisions SET viewer = 'x'` })).rejects.toThrow('append-only');
    } finally {
      await after.close();
    }
  });
});
