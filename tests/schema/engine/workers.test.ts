import { beforeEach, describe, expect, it } from 'vitest';
import { playWorkers } from '../../domain/engine/support.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

describe('Workers in GraphQL', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  const { start, ask } = playWorkers(storeOf(database));
  beforeEach(() => database.truncate());
  const read = async (selection: string, args = '') =>
    (await graphql.send(`{ workers${args} { totalCount nodes { ${selection} } } }`)).body.data.workers;

  it('say which are outdated beside the server, where their version is known', async () => {
    const { planHash } = await start([{ task: 'a', labels: ['gpu'] }]);
    for (const version of ['0.0.1', '999.0.0', 'nightly', undefined])
      await ask(planHash, { worker: `w-${version}`, about: version && { version } });
    expect((await read('worker version isOutdated')).nodes).toEqual([
      { worker: 'w-0.0.1', version: '0.0.1', isOutdated: true },
      { worker: 'w-999.0.0', version: '999.0.0', isOutdated: false },
      { worker: 'w-nightly', version: 'nightly', isOutdated: false },
      { worker: 'w-undefined', version: null, isOutdated: null },
    ]);
  });

  it('cost the same statements however many there are', async () => {
    const { planHash } = await start(Array.from({ length: 5 }, (_, index) => ({ task: `t${index}` })));
    const count = async () => {
      const before = database.db().statements();
      const { nodes } = await read('worker plans { plan } attempts { number task { task } }', '(first: 10)');
      return { workers: nodes.length, statements: database.db().statements() - before };
    };
    await ask(planHash, { worker: 'w1' });
    const one = await count();
    for (const worker of ['w2', 'w3', 'w4', 'w5']) await ask(planHash, { worker });
    expect(await count()).toEqual({ workers: 5, statements: one.statements });
  });

  it('are narrowed to states', async () => {
    const { planHash } = await start([{ task: 'a' }]);
    await ask(planHash, { worker: 'busy' });
    await ask(planHash, { worker: 'idle' });
    expect(await read('worker state', '(states: [IDLE, GONE])')).toEqual({
      totalCount: 1,
      nodes: [{ worker: 'idle', state: 'IDLE' }],
    });
    const { nodes } = await read('worker attempts { number task { task } }', '(states: [BUSY])');
    expect(nodes).toEqual([{ worker: 'busy', attempts: [{ number: 1, task: { task: 'a' } }] }]);
  });
});
