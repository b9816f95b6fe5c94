import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { createLink } from '../../domain/approvals/links.ts';
import { makeFormToken } from '../../server/approvals/formToken.ts';
import { playWorkers } from '../domain/engine/support.ts';
import { send } from '../server/serve.ts';
import { useDatabase } from '../support/databases.ts';
import { storeOf } from '../support/domain.ts';
import { sized } from '../support/form.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';

const rounds = sized({ short: 1, full: 25 });
const requests = 200;
const verbs = {
  approve: { status: 'succeeded', approvalState: 'approved' },
  reject: { status: 'failed', approvalState: 'rejected' },
  cancel: { status: 'skipped', approvalState: 'cancelled' },
} as const;
type Verb = keyof typeof verbs;

/** What a caller was told. */
interface Told {
  viewer: string;
  verb: Verb;
  status: number;
  /** The state that the answer shows, when it was a success. */
  state: string | undefined;
  text: string;
}

describe('200 decisions about one task at once, by many people and ways over two servers', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  let cluster: Cluster;
  let servers: [ServerProcess, ServerProcess];
  let round = 0;
  /** Others in each round, since the record takes so many refusals of one viewer and hour only. */
  const viewerOf = (number: number) => `u${number % 9}-${round}@example.org`;
  beforeAll(async () => {
    cluster = makeCluster(database.config());
    const start = () => cluster.startServer({ TRUSTED_PROXY: '127.0.0.1' });
    servers = await Promise.all([start(), start()]);
  });
  afterAll(() => cluster.close());

  it(`have one outcome that the task, the audit and every answer agree on, ${rounds} times`, async () => {
    onTestFailed(() => console.log(cluster.said()));
    const workers = playWorkers(store);
    for (round = 0; round < rounds; round += 1) {
      const steps = [
        { task: 'asks', approval: 'always' },
        { task: 'after', needs: ['asks'] },
      ];
      const { planHash, runId, tasks } = await workers.start(steps);
      await workers.carryOut(planHash);
      const id = tasks[0]?.id ?? 0;
      const links = await mintLinks(id);
      const told = await Promise.all(Array.from({ length: requests }, (_, number) => ask(number, id, links)));
      await expectAgreement(id, told);
      await workers.carryOut(planHash);
      const [asks] = await read(id);
      const after = asks?.status === 'succeeded' ? 'succeeded' : 'skipped';
      expect(await workers.statuses(runId)).toEqual({ asks: asks?.status, after });
    }
  });

  /** Makes as many links for each viewer as there could be requests by them, so that each request has one of its own. */
  async function mintLinks(id: number): Promise<(viewer: string) => string> {
    const [approval] = await database.db().query<{ id: number }>({
      text: 'SELECT id FROM approvals WHERE task_id = $1',
      values: [id],
    });
    const tokens = new Map<string, string[]>();
    for (let number = 0; number < requests; number += 1) {
      const viewer = viewerOf(number);
      const token = (await createLink(database.db(), approval?.id ?? 0, viewer)) ?? '';
      tokens.set(viewer, [...(tokens.get(viewer) ?? []), token]);
    }
    return (viewer) => tokens.get(viewer)?.pop() ?? '';
  }

  /** Decides one of the ways there are. */
  async function ask(number: number, id: number, linkOf: (viewer: string) => string): Promise<Told> {
    const viewer = viewerOf(number);
    const { url } = servers[number % 2 === 0 ? 0 : 1];
    const way = Math.floor(number / 2) % 4;
    const possible = Object.keys(verbs).slice(0, way === 3 ? 2 : 3) as Verb[];
    const verb = possible[Math.floor(Math.random() * possible.length)] ?? 'approve';
    if (way === 3) return { viewer, verb, ...(await askByLink(url, linkOf(viewer), verb)) };
    const headers = { 'x-user-email': viewer, 'x-user-role': 'admin' };
    const answer =
      way === 0
        ? await send(url, `/agents/tasks/${id}/${verb}`, { method: 'POST', headers })
        : way === 1
          ? await send(url, `/agents/tasks/${id}`, {
              method: 'PATCH',
              headers,
              json: { approval_state: verbs[verb].approvalState },
            })
          : await send(url, '/graphql', {
              method: 'POST',
              headers,
              json: {
                query: `mutation { decided: ${verb}Task(input: { databaseId: ${id} }) { __typename
                  ... on Task { approvalState } ... on Error { message } } }`,
              },
            });
    const body = answer.json<{ data?: { decided: Record<string, string> }; approval_state?: string }>();
    const state = body.data?.decided.approvalState?.toLowerCase() ?? body.approval_state;
    const refused = body.data !== undefined && state === undefined;
    return { viewer, verb, status: refused ? 409 : answer.status, state, text: answer.text };
  }

  /** Sends the form of a link's page, and reads afterwards what the page says. */
  async function askByLink(url: string, token: string, action: Verb): Promise<Omit<Told, 'viewer' | 'verb'>> {
    const form = new URLSearchParams({
      form: makeFormToken(token),
      head: '',
      link: '',
      looked: 'yes',
      action,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const path = `/a/${token}`;
    const { status, text } = await send(url, path, { method: 'POST', headers, body: form.toString() });
    if (status !== 303) return { status, state: undefined, text };
    const page = (await send(url, path)).text;
    const said = /<p class="title"><bdi>(approved|rejected|cancelled) by \S+<\/bdi>/.exec(page);
    return { status: 200, state: said?.[1], text: page };
  }

  function read(id: number) {
    return database.db().query<{ status: string; state: string; approver: string; approval: string }>({
      text: `SELECT agents_tasks.status, approval_state AS state, approver, approvals.state AS approval
        FROM agents_tasks JOIN approvals ON task_id = agents_tasks.id WHERE agents_tasks.id = $1`,
      values: [id],
    });
  }

  async function expectAgreement(id: number, told: readonly Told[]): Promise<void> {
    const audit = await database.db().query<{ action: Verb; outcome: string; viewer: string }>({
      text: 'SELECT action, outcome, viewer_name(viewer) AS viewer FROM decisions WHERE task_id = $1 ORDER BY id',
      values: [id],
    });
    const [decision, ...others] = audit.filter(({ outcome }) => outcome === 'decided');
    expect(others).toEqual([]);
    expect(audit).toHaveLength(requests);
    if (decision === undefined) throw new Error('Nothing was decided.');
    const { status, approvalState: state } = verbs[decision.action];
    expect(await read(id)).toEqual([{ status, state, approver: decision.viewer, approval: state }]);
    const isWinner = ({ viewer, verb }: Told) => viewer === decision.viewer && verb === decision.action;
    for (const one of told) {
      expect([200, 409], one.text).toContain(one.status);
      expect(one, one.text).toMatchObject(isWinner(one) ? { status: 200, state } : { status: 409 });
    }
    const repeats = audit.filter(({ outcome }) => outcome === 'repeated').length;
    expect(repeats + 1).toBe(told.filter(isWinner).length);
  }
});
