import { describe, expect, it } from 'vitest';
import { createErrorMask } from '../../server/graphql/maskError.ts';
import { toProblem } from '../../server/rest/problem.ts';
import { describeOnBoth } from '../support/databases.ts';

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
});

describe('What the database could not do in time', () => {
  it.each(['57014', '55P03', '40P01', '40001'])(
    '(%s) is to be tried again, over REST and GraphQL',
    (code) => {
      const error = Object.assign(new Error('no'), { code, severity: 'ERROR' });
      expect(toProblem(error)).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
      const log = { error: () => undefined, warn: () => undefined };
      expect(createErrorMask(log, () => 'id')(error).extensions).toMatchObject({
        ...{ code: 'SERVICE_UNAVAILABLE', http: { status: 503 } },
      });
    },
  );
});
