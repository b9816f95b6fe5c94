import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createTask } from '../../../domain/reporting/create.ts';
import { knowProxyUsers } from '../../../server/access/knownProxyUsers.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, storeOf } from '../../support/domain.ts';
import { eventually } from '../../support/eventually.ts';
import { serve, type TestServer } from '../serve.ts';

describe('A user of the proxy', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  const sql = (text: string) => store.db.query<Record<string, unknown>>({ text });
  beforeEach(async () => {
    await database.truncate();
    await sql(
      `INSERT INTO people (label, identity_key) VALUES ('ann@example.org', 'ann@example.org'), ('ben@example.org', 'ben@example.org')`,
    );
    await sql(
      `INSERT INTO principals (person_id, kind, subject, identity_key, label) VALUES (1, 'proxy', 'ann@corp.example', 'ann@corp.example', 'ann')`,
    );
  });

  async function served(adminUsers: string[] = []): Promise<TestServer> {
    const proxyUsers = knowProxyUsers(database.db(), () => undefined);
    onTestFinished(() => proxyUsers.stop());
    const server = await serve(database.db(), { trustedProxy: ['127.0.0.1'], proxyUsers, adminUsers });
    onTestFinished(() => server.close());
    return server;
  }
  const awaiting = async () => {
    const input = { task: 'make', runId: 'r', status: 'awaiting_approval' as const };
    return (await createTask(store, everything, input)).task.id;
  };
  const as = (email: string) => ({ 'x-user-email': email, 'x-user-role': 'admin' });
  const approve = (server: TestServer, id: number, email: string) =>
    server.send(`/agents/tasks/${id}/approve`, { method: 'POST', key: null, headers: as(email) });

  it('is the person to whom an admin has linked the address, on record by number and address', async () => {
    const server = await served(['ann@example.org', 'ben@example.org']);
    for (const [email, approver, row] of [
      ['Ann@Corp.example', 'ann@example.org', { viewer: 'person:1', proof: 'proxy', principal: 1 }],
      ['ben@example.org', 'ben@example.org', { viewer: 'person:2', proof: 'proxy', principal: null }],
    ] as const) {
      const answer = await approve(server, await awaiting(), email);
      expect([answer.status, answer.json().approver]).toEqual([200, approver]);
      expect(
        await sql('SELECT viewer, proof, principal_id AS principal FROM decisions ORDER BY id DESC LIMIT 1'),
      ).toEqual([row]);
    }
  });

  it('may nothing from five seconds after the person was removed, by any address, and is let in again after', async () => {
    const server = await served();
    const read = async (email: string) =>
      (await server.send('/agents/tasks/', { key: null, headers: as(email) })).status;
    const emails = ['ann@corp.example', 'ann@example.org', 'ben@example.org'];
    expect(await Promise.all(emails.map(read))).toEqual([200, 200, 200]);
    await sql(`UPDATE people SET removed_at = now(), removed_by = 'ben@example.org' WHERE id = 1`);
    await eventually(async () => expect(await Promise.all(emails.map(read))).toEqual([403, 403, 200]));
    const refused = await approve(server, await awaiting(), 'ann@corp.example');
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('You were removed')]);
    await sql('UPDATE people SET removed_at = NULL, removed_by = NULL');
    await eventually(async () => expect(await Promise.all(emails.map(read))).toEqual([200, 200, 200]));
  });

  it('costs one statement the first time, and all in use together one every two seconds', async () => {
    const known = knowProxyUsers(database.db(), () => undefined, { everyMs: 2 ** 31 - 1 });
    onTestFinished(() => known.stop());
    const before = database.db().statements();
    await Promise.all([known.recognise('ann@corp.example'), known.recognise('zoe@example.org')]);
    const first = database.db().statements() - before;
    for (let time = 0; time < 100; time += 1) expect(known.recognise('ANN@corp.example')).toBeUndefined();
    expect(known.find('Ann@corp.example')?.whose).toMatchObject({ label: 'ann@example.org', person: 1 });
    expect(known.find('zoe@example.org')).toMatchObject({ whose: undefined });
    expect(first).toBeLessThanOrEqual(2);
    const { ended } = known.find('zoe@example.org') ?? {};
    // To be known by number from the first deed on ends nothing.
    await sql(`INSERT INTO people (label, identity_key) VALUES ('zoe@example.org', 'zoe@example.org')`);
    await known.refresh();
    expect(database.db().statements() - before).toBe(first + 2);
    expect(known.find('zoe@example.org')?.whose).toMatchObject({ person: 3 });
    expect(ended?.aborted).toBe(false);
    await sql('UPDATE people SET removed_at = now(), removed_by = $$ben$$ WHERE id = 3');
    await known.refresh();
    expect(ended?.aborted).toBe(true);
  });
});
