import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../database/database.ts';
import { readServerConfig } from '../../../server/config.ts';
import { createErrorMask } from '../../../server/graphql/maskError.ts';
import { toProblem } from '../../../server/http/problem.ts';
import { describeOnBoth, useDatabase } from '../../support/databases.ts';
import { send } from '../serve.ts';
import { startServer } from '../startServer.ts';

describeOnBoth('What the database says of a statement', (database) => {
  /** The error of a statement as the driver gives it. */
  const errorOf = async (text: string): Promise<unknown> =>
    database
      .db()
      .query({ text })
      .then(
        () => undefined,
        (error: unknown) => error,
      );

  it.each([
    [
      'a text that is too long',
      "INSERT INTO plan_states (plan, state, said_by) VALUES (repeat('x', 300), 'paused', 'me')",
    ],
    ['a number out of range', 'SELECT (2147483647::int + 1)'],
    [
      'an id that is not there',
      'INSERT INTO task_attempts (lease_id, task_id, number, worker, lease_expires_at) VALUES (gen_random_uuid(), 2147483647, 1, $$w$$, now())',
    ],
  ])('of %s is told as a refusal that stays, not as an outage', async (_what, text) => {
    const error = await errorOf(text);
    expect(toProblem(error)).toMatchObject({ status: 422, detail: [{ type: 'value_refused' }] });
    const logged: object[] = [];
    const log = { error: (details: object) => void logged.push(details), warn: () => undefined };
    const { extensions, message } = createErrorMask(log, () => 'id')(error);
    expect(extensions).toMatchObject({ code: 'VALUE_REFUSED', http: { status: 422 } });
    expect(message).not.toContain('xxx');
    expect(logged).toHaveLength(1);
  });

  const passing = [
    '57014',
    '55P03',
    '40P01',
    '40001',
    '57P01',
    '57P02',
    '57P03',
    '57P05',
    '53000',
    '53100',
    '53200',
    '53300',
    '53400',
    '08006',
  ];

  it.each(passing)(
    'that may succeed a moment later (%s) is to be tried again, over REST and GraphQL',
    async (code) => {
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '${code}'; END $$`;
      const { prisma } = database.db();
      const errors = [
        await errorOf(raise),
        await prisma.$executeRawUnsafe(raise).catch((error: unknown) => error),
        Object.assign(new Error('not now'), { code, severity: 'ERROR' }),
        new Error('A step of it failed', { cause: await errorOf(raise) }),
      ];
      for (const error of errors) {
        expect(toProblem(error)).toMatchObject({
          status: 503,
          headers: { 'retry-after': expect.any(String) },
        });
        const log = { error: () => undefined, warn: () => undefined };
        expect(createErrorMask(log, () => 'id')(error)).toMatchObject({
          message: expect.stringMatching(/try again/i),
          extensions: { code: 'SERVICE_UNAVAILABLE', http: { status: 503 } },
        });
      }
    },
  );
});

describe('A table that is held for longer than a statement may take', () => {
  const database = useDatabase('postgres');

  it('is a 503 with Retry-After to callers of GraphQL and of REST', async () => {
    const config = await database.createFresh();
    const server = await startServer(
      { ...readServerConfig({ PORT: '0', LOG_LEVEL: 'silent' }), database: config },
      { database: { statementTimeoutMillis: 300 } },
    );
    onTestFinished(() => server.close());
    const holder = await openDatabase(config, { migrate: false });
    const release = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const holding = holder.transaction(async (tx) => {
      await tx.query({ text: 'LOCK TABLE agents_tasks IN ACCESS EXCLUSIVE MODE' });
      held.resolve();
      await release.promise;
    });
    onTestFinished(async () => {
      release.resolve();
      await holding;
      await holder.close();
    });
    await held.promise;
    for (const query of ['{ tasks(first: 1) { nodes { task } } }', '{ run(runId: "a") { runId } }']) {
      const answer = await send(server.url, '/graphql', { method: 'POST', json: { query } });
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '2']);
      expect(answer.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    }
    const rest = await send(server.url, '/agents/tasks/');
    expect([rest.status, 'retry-after' in rest.headers]).toEqual([503, true]);
  });
});
