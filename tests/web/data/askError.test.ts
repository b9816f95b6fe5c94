import { describe, expect, it } from 'vitest';
import { AskError, refusalOf } from '../../../web/data/askError.ts';

const withCode = (code: string) => [{ message: 'no', extensions: { code, requestId: 'r1' } }];

describe('What the server refuses with', () => {
  it.each([
    [200, withCode('UNAUTHENTICATED'), 'signedOut', false],
    [401, [], 'signedOut', false],
    [200, withCode('FORBIDDEN'), 'forbidden', false],
    [403, [], 'forbidden', false],
    [401, withCode('FORBIDDEN'), 'forbidden', false],
    [200, withCode('OTHER_PROTOCOL'), 'outdated', false],
    [429, [], 'limited', true],
    [200, withCode('TOO_MANY_REQUESTS'), 'limited', true],
    [503, [], 'unavailable', true],
    [502, [], 'unavailable', true],
    [200, withCode('SERVICE_UNAVAILABLE'), 'unavailable', true],
    [400, withCode('BAD_USER_INPUT'), 'refused', false],
    [200, [{ message: 'no' }], 'refused', false],
  ] as const)('with status %i and %j is %s', (status, errors, problem, isPassing) => {
    const error = refusalOf(status, errors);
    expect([error.problem, error.isPassing]).toEqual([problem, isPassing]);
  });

  it('keeps its words and the number of the request, and takes nothing else for a code', () => {
    const error = refusalOf(400, withCode('BAD_USER_INPUT'));
    expect([error.message, error.code, error.requestId]).toEqual(['no', 'BAD_USER_INPUT', 'r1']);
    const odd = refusalOf(400, [{ message: 'a', extensions: { code: 7 } }, { message: 'b' }]);
    expect([odd.message, odd.code, odd.requestId]).toEqual(['a\nb', undefined, undefined]);
    expect(new AskError('offline', 'no answer').isPassing).toBe(true);
  });
});
