import { makeKeyText } from '../../contract/keyText.ts';
import { sessionHeader } from '../../contract/protocol.ts';
import { openDatabase } from '../../database/database.ts';
import { createKeyInput } from '../../domain/access/keyInput.ts';
import { openSession } from '../../domain/access/sessions.ts';
import { createFirstKey } from '../../server/machine/bootstrapKey.ts';
import type { Bench } from '../benchmark.ts';
import { temporaryDirectory } from '../data/temporary.ts';
import { within } from '../waits/within.ts';
import type { ServerProcess } from './serverProcess.ts';

/** A server where every caller needs a key or a session, with one of each. */
export interface ClosedServer {
  server: ServerProcess;
  /** What requests with a key carry; it may read. */
  byKey: Record<string, string>;
  /** What requests of a signed-in browser of this computer carry: the cookie, and the secret of its page. */
  bySession: Record<string, string>;
}

/** Starts a server of ours on a database of its own, which has a key and somebody who is signed in. */
export async function startClosedServer({ databases, servers }: Bench): Promise<ClosedServer> {
  const url = await databases.makeFew();
  const db = await within('a database to open', openDatabase({ url }));
  try {
    const input = createKeyInput.parse({ name: 'bench', scopes: ['read', 'report', 'work'] });
    const { secret } = await createFirstKey({ db }, input);
    const [person] = await db.query<{ id: number }>({
      text: "INSERT INTO people (label, identity_key, grants, signed_in_at) VALUES ('ann@example.org', 'ann@example.org', '{viewer}', now()) RETURNING id",
    });
    const [principal] = await db.query<{ id: number }>({
      text: `INSERT INTO principals (person_id, kind, issuer, subject, label, identity_key, signed_in_at)
        VALUES ($1, 'issuer', 'https://login.example.org', 'ann', 'ann@example.org', 'ann@example.org', now()) RETURNING id`,
      values: [person?.id],
    });
    const pageSecret = makeKeyText();
    const owner = { person: person?.id ?? 0, principal: principal?.id ?? 0 };
    const { token } = await openSession(
      { db },
      {
        owner,
        viewer: { id: 'ann@example.org', kind: 'person', person: owner.person },
        client: 'browser',
        proof: 'issuer',
        pageSecret,
        provedAt: new Date(),
        via: 'page',
      },
    );
    // What closes this server is remembered in its directory, which others must not share.
    const env = { DATABASE_URL: url, NIGHTSHIFT_DATA: temporaryDirectory('closed') };
    return {
      server: await servers.fresh(env, 'first'),
      byKey: { authorization: `Bearer ${secret}` },
      // The bench names no port, and each port has a cookie of its own.
      bySession: { cookie: `nightshift-80=${token}`, [sessionHeader]: pageSecret },
    };
  } finally {
    await db.close();
  }
}
