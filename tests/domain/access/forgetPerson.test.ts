import { beforeEach, expect, it } from 'vitest';
import { forgetPerson } from '../../../domain/access/forgetPerson.ts';
import { namedColumns } from '../../../domain/access/namedColumns.ts';
import { removePersonInput } from '../../../domain/access/personInput.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import { readDecisions } from '../../../domain/approvals/record.ts';
import { recordDecision, recordedBy } from '../../../domain/audit/audit.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { PersonRefusedError } from '../../../domain/input/errors.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../../domain/plans/plans.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

/** Columns whose names sound as if a person stood there, and why none does, or why it stays. */
const others: Record<string, string> = {
  'agents_tasks.approval_note': 'what somebody wrote',
  'api_keys.labels': 'labels of workers',
  'approval_reviews.state': 'no name',
  'approvals.pull_owner': 'of a repository',
  'approvals.pull_author': 'a login of the host, public there',
  'decisions.acting_for': 'the record holds numbers',
  'decisions.viewer': 'the record holds numbers',
  'decisions.viewer_kind': 'a word',
  'idempotency_keys.viewer': 'its rows are deleted',
  'people.label': 'emptied',
  'plan_origins.worker': 'a program',
  'plans.labels': 'labels of workers',
  'principals.label': 'its rows are deleted',
  'pull_reviews.reviewer': 'a login of the host, public there',
  'pulls.author': 'a login of the host, public there',
  'pulls.owner': 'of a repository',
  'pull_reviews.owner': 'of a repository',
  'pull_details.owner': 'of a repository',
  'run_labels.label': 'a label of workers',
  'pulls.ended_by': 'a login of the host, public there',
  'refusal_hours.viewer': 'the record holds numbers',
  'refusal_hours.viewer_kind': 'a word',
  'task_attempts.ended_by': 'a word',
  'task_attempts.worker': 'a program',
  'worker_drains.worker': 'a program',
  'worker_looks.worker': 'a program',
};

describeOnBoth('A person who is forgotten', (database) => {
  const store = storeOf(database);
  const ada = viewerNamed('ada@example.org');
  const ann = viewerNamed('Ann@example.org');
  const sql = <Row extends object = Record<string, unknown>>(text: string) => store.db.query<Row>({ text });
  const forget = (person: string, viewer = ada, more: object = {}) =>
    forgetPerson(store, viewer, removePersonInput.parse({ person, lastAdmin: true, ...more }));
  beforeEach(async () => {
    await database.truncate();
    await sql(
      `INSERT INTO people (label, identity_key, grants) VALUES ('Ann@example.org', 'ann@example.org', ARRAY['approver']),
        ('ada@example.org', 'ada@example.org', ARRAY['admin'])`,
    );
    await sql(
      `INSERT INTO people (label, identity_key, merged_into, removed_at, removed_by) VALUES ('ann@old.example', 'ann@old.example', 1, now(), 'ada@example.org')`,
    );
    await sql(`INSERT INTO principals (person_id, kind, issuer, subject, label, identity_key) VALUES
      (1, 'issuer', 'https://issuer.example', '4711', 'ann@example.org', 'ann@example.org'),
      (1, 'mail', '', 'ann@home.example', 'ann@home.example', 'ann@home.example')`);
    await sql(`INSERT INTO sessions (sha256, person_id, principal_id, client, proof, expires_at, idle_ms, address, agent)
      VALUES (repeat('a', 64), 1, 1, 'browser', 'issuer', now() + interval '1 hour', 3600000, '192.0.2.7', 'Firefox')`);
    await sql(`INSERT INTO api_keys (name, prefix, sha256, scopes, made_by, person_id)
      VALUES ('laptop', 'nsk_aaaaaaaa', repeat('b', 64), ARRAY['approve'], 'Ann@example.org', 1)`);
  });

  it('stands nowhere any more but as a number, on record without the name, and what is left is listed', async () => {
    const definition = planDefinition.parse({
      name: 'night',
      steps: [{ task: 'a', gate: { approvers: ['ann@example.org'] } }],
    });
    await registerPlan(store.db, ann, definition);
    const { runId } = await startRun(store, ann, { plan: 'night' });
    const [step] = await sql<{ id: number; approval: number }>(
      `SELECT task_id AS id, id AS approval FROM approvals`,
    );
    await createLink(store.db, step?.approval ?? 0, 'ann@home.example');
    const { task } = await createTask(store, ann, { task: 'b', runId: 'r', status: 'awaiting_approval' });
    await decideTask(store, ann, task.id, 'reject', { note: 'no' });
    await decideTask(store, { ...viewerNamed('zoe@example.org') }, step?.id ?? 0, 'approve').catch(
      () => undefined,
    );

    const forgotten = await forget('ann@EXAMPLE.org');
    expect(forgotten.person).toBe(1);
    expect(forgotten.left.join('\n')).toMatch(
      /notes.*\n.*\n?.*Backups[\s\S]*1 entry of the audit log[\s\S]*: night\./,
    );
    expect(await sql(`SELECT started_by FROM runs WHERE run_id = '${runId}'`)).toEqual([
      { started_by: 'person:1' },
    ]);
    expect(await sql(`SELECT approver, reason FROM agents_tasks WHERE id = ${task.id}`)).toEqual([
      { approver: 'person:1', reason: 'rejected by person:1: no' },
    ]);
    expect(
      await sql('SELECT label, grants, forgotten_at IS NOT NULL AS forgotten FROM people ORDER BY id'),
    ).toEqual([
      { label: null, grants: [], forgotten: true },
      { label: 'ada@example.org', grants: ['admin'], forgotten: false },
      { label: null, grants: [], forgotten: true },
      { label: 'zoe@example.org', grants: [], forgotten: false },
    ]);
    for (const table of ['sessions', 'principals', 'approval_links'])
      expect(await sql(`SELECT 1 FROM ${table}`)).toEqual([]);
    expect(await sql('SELECT name, made_by, revoked_at IS NOT NULL AS revoked FROM api_keys')).toEqual([
      { name: 'key-1', made_by: 'person:1', revoked: true },
    ]);
    const record = await sql(
      `SELECT action, subject, viewer_name(viewer) AS viewer FROM decisions WHERE action LIKE '%_person' ORDER BY id`,
    );
    expect(record).toEqual([
      { action: 'remove_person', subject: 'person:1', viewer: 'ada@example.org' },
      { action: 'forget_person', subject: 'person:1', viewer: 'ada@example.org' },
    ]);
    expect((await readDecisions(store.db, [task.id]))[0]).toMatchObject([{ viewer: 'forgotten person 1' }]);
    // All else of the database names nobody.
    const tables = await sql<{ name: string }>(
      `SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()`,
    );
    const naming: string[] = [];
    for (const { name } of tables)
      if ((await sql(`SELECT 1 FROM "${name}" one WHERE lower(one::text) LIKE '%ann@%' LIMIT 1`)).length > 0)
        naming.push(name);
    // The plan names its approver, so its approval does, and a refusal of another person.
    expect(naming.sort()).toEqual(['approvals', 'decisions', 'plans']);
  });

  it('stands nowhere any more in whichever letters, beyond ASCII too, and who is written otherwise stays', async () => {
    const änn = viewerNamed('Änn@example.org');
    const names = [
      'änn@example.org',
      'ÄNN@example.org',
      'A\u0308nn@example.org',
      'ann@EXAMPLE.org',
      'ａnn@example.org',
    ];
    await recordDecision(store.db, { action: 'prune', outcome: 'done', via: 'cli', ...recordedBy(änn) });
    for (const [index, name] of names.entries())
      await sql(`INSERT INTO runs (run_id, started_by) VALUES ('r${index}', '${name}')`);
    const forgotten = await forget('änn@example.org');
    const started = await sql<{ by: string }>('SELECT started_by AS by FROM runs ORDER BY run_id');
    const number = `person:${forgotten.person}`;
    expect(started.map(({ by }) => by)).toEqual([
      number,
      number,
      number,
      'ann@EXAMPLE.org',
      'ａnn@example.org',
    ]);
  });

  it('is forgotten whichever of the merged is named, and again is the same', async () => {
    expect(await forget('ann@old.example')).toMatchObject({ person: 1 });
    expect(await forget('#1')).toMatchObject({ person: 1, rewritten: 0, left: [] });
    expect(await sql(`SELECT count(*)::int AS rows FROM decisions WHERE action = 'forget_person'`)).toEqual([
      { rows: 1 },
    ]);
  });

  it('is rewritten in portions, however many rows there are', async () => {
    await sql(
      `INSERT INTO runs (run_id, started_by) SELECT 'r' || n, 'ann@example.org' FROM generate_series(1, 1200) n`,
    );
    expect((await forget('1')).rewritten).toBeGreaterThanOrEqual(1200);
    expect(await sql(`SELECT DISTINCT started_by FROM runs`)).toEqual([{ started_by: 'person:1' }]);
  });

  it('is nobody who asks for it, and not the last admin', async () => {
    await expect(forget('ann@example.org', { ...ann, person: 1 })).rejects.toThrow(PersonRefusedError);
    await expect(forget('ada@example.org', ann, { lastAdmin: false })).rejects.toThrow(PersonRefusedError);
    expect(await sql('SELECT 1 FROM people WHERE forgotten_at IS NOT NULL')).toEqual([]);
  });

  it('is forgotten by no key that several may hold; the refusal on record names nobody', async () => {
    for (const kind of ['service', 'shared'] as const)
      await expect(forget('ann@example.org', { ...everything, kind })).rejects.toThrow(
        'only an admin who signed in as a person may do this',
      );
    expect(await sql('SELECT 1 FROM people WHERE forgotten_at IS NOT NULL')).toEqual([]);
    expect(await sql('SELECT action, outcome, subject FROM decisions')).toEqual(
      Array.from({ length: 2 }, () => ({
        action: 'forget_person',
        outcome: 'refused',
        subject: 'person:1',
      })),
    );
    await forget('ann@example.org');
    expect(await sql(`SELECT refusal FROM decisions WHERE lower(refusal) LIKE '%ann@%'`)).toEqual([]);
  });

  it('is looked for in every column that may hold a name', async () => {
    const columns = await sql<{ place: string }>(`SELECT table_name || '.' || column_name AS place
      FROM information_schema.columns WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')
        AND column_name ~ '(_by|viewer|approver|recipient|reviewer|author|label|worker|acting|owner|member|user)' ORDER BY 1`);
    const known = [...namedColumns.map(({ table, column }) => `${table}.${column}`), ...Object.keys(others)];
    expect(columns.map(({ place }) => place).filter((place) => !known.includes(place))).toEqual([]);
    const places = await sql<{ place: string }>(
      `SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = current_schema()`,
    );
    const all = new Set(places.map(({ place }) => place));
    expect(namedColumns.filter(({ table, column }) => !all.has(`${table}.${column}`))).toEqual([]);
  });
});
