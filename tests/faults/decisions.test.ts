import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { playWorkers } from '../domain/engine/support.ts';
import { send } from '../server/serve.ts';
import { useDatabase } from '../support/databases.ts';
import { storeOf } from '../support/domain.ts';
import { type Cluster, makeCluster, type ServerProcess } from './support/cluster.ts';

const rounds = process.env.NIGHTSHIFT_FAULTS === 'full' ? 25 : 3;
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

describe('200 decisions about one task at once, by many people over two servers', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database);
  let cluster: Cluster;
  let servers: [ServerProcess, ServerProcess];
  beforeAll(async () => {
    cluster = makeCluster(database.config());
    const start = () => cluster.startServer({ TRUSTED_PROXY: '127.0.0.1' });
    servers = await Promise.all([start(), start()]);
  });
  afterAll(() => cluster.close());

  it(`have one outcome that the task, the audit and every answer agree on, ${rounds} times`, {
    timeout: 600_000,
  }, async () => {
    onTestFailed(() => console.log(cluster.said()));
    const workers = playWorkers(store);
    for (let round = 0; round < rounds; round += 1) {
      const steps = [
        { task: 'asks', approval: 'always' },
        { task: 'after', needs: ['asks'] },
      ];
      const { planHash, runId, tasks } = await workers.start(steps);
      await workers.carryOut(planHash);
      const id = tasks[0]?.id ?? 0;
      const told = await Promise.all(Array.from({ length: requests }, (_, number) => ask(number, id)));
      await expectAgreement(id, told);
      await workers.carryOut(planHash);
      const [asks] = await read(id);
      const after = asks?.status === 'succeeded' ? 'succeeded' : 'skipped';
      expect(await workers.statuses(runId)).toEqual({ asks: asks?.status, after });
    }
  });

  /** Sends one of the ways to decide. */
  async function ask(number: number, id: number): Promise<Told> {
    const verb = (Object.keys(verbs) as Verb[])[Math.floor(Math.random() * 3)] ?? 'approve';
    const viewer = `u${number % 9}@example.org`;
    const { url } = servers[number % 2 === 0 ? 0 : 1];
    const headers = { 'x-user-email': viewer, 'x-user-role': 'admin' };
    const way = Math.floor(number / 2) % 3;
    const answer =
      way === 0
        ? await send(url, `/agents/tasks/${id}/${verb}`, { method: 'POST', headers })
        : way === 1
          ? await send(url, `/agents/tasks/${id}`, {
              ...{ method: 'PATCH', headers },
              json: { approval_state: verbs[verb].approvalState },
            })
          : await send(url, '/graphql', {
              ...{ method: 'POST', headers },
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

  function read(id: number) {
    return database.db().query<{ status: string; state: string; approver: string; approval: string }>({
      text: `SELECT agents_tasks.status, approval_state AS state, approver, approvals.state AS approval
        FROM agents_tasks JOIN approvals ON task_id = agents_tasks.id WHERE agents_tasks.id = $1`,
      values: [id],
    });
  }

  async function expectAgreement(id: number, told: readonly Told[]): Promise<void> {
    const audit = await database.db().query<{ action: Verb; outcome: string; viewer: string }>({
      text: 'SELECT action, outcome, viewer FROM decisions WHERE task_id = $1 ORDER BY id',
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
