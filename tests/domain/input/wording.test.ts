import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { leaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { readInput } from '../../../domain/input/read.ts';
import { createTaskInput } from '../../../domain/tasks/input.ts';

const task = { task: 'a', runId: 'r', status: 'running' };

/** What somebody reads who sent this. */
function messageOf(schema: z.ZodType, input: unknown): string {
  try {
    readInput(schema, input);
  } catch (error) {
    if (error instanceof InvalidInputError) return error.message;
    throw error;
  }
  return 'nothing is wrong with it';
}

it.each([
  [{ ...task, runId: '' }, '`runId` must have at least 1 character, got "".'],
  [{ ...task, runId: undefined }, '`runId` must be a text, got nothing.'],
  [{ ...task, status: 'done' }, /^`status` must be queued, running, .* or skipped, got "done"\.$/],
  [{ ...task, durationMs: 3e9 }, '`durationMs` must be at most 2147483647, got 3000000000.'],
  [{ ...task, durationMs: 1.5 }, '`durationMs` must be a whole number, got 1.5.'],
  [{ ...task, inputs: [1] }, '`inputs` must be an object, got an array.'],
  [
    { ...task, inputs: { a: 'x'.repeat(70_000) } },
    '`inputs` must have at most 65536 bytes as JSON, got 70008.',
  ],
  [
    { ...task, startedAt: 'now' },
    '`startedAt` must be an ISO 8601 time such as 2025-01-15T02:30:00Z, got "now".',
  ],
  [
    { ...task, runId: 7, task: '' },
    '`task` must have at least 1 character, got "". `runId` must be a text, got 7.',
  ],
  [[], 'The input must be an object, got an array.'],
])('Input that is refused is told in sentences that name the field: %j', (input, message) => {
  if (typeof message === 'string') expect(messageOf(createTaskInput, input)).toBe(message);
  else expect(messageOf(createTaskInput, input)).toMatch(message);
});

it.each([
  [leaseTaskInput, { worker: 'w', requestId: 'x', planHashes: [] }, /^`requestId` must be a UUID, got "x"\./],
  [
    attemptReport,
    { ending: 'boom', durationMs: -1 },
    /`ending` must be .*, got "boom"\. .*at least 0, got -1/,
  ],
  [z.strictObject({}), { a: 1, b: 2 }, /^The input must not have "a" or "b", got an object\.$/],
  [z.array(z.string()).max(1), ['a', 'b'], /^The input must have at most 1 entry, got an array\.$/],
])('The same holds for what workers send, unknown keys and lists', (schema, input, message) => {
  expect(messageOf(schema, input)).toMatch(message);
});

it('Of a great many faults the first are named and the others counted', () => {
  const message = messageOf(z.array(z.string()), [1, 2, 3, 4, 5, 6, 7]);
  expect(message).toMatch(
    /^`0` must be a text, got 1\. .*`4` must be a text, got 5\. There are 2 more errors\.$/,
  );
});

it('Whatever is sent, each sentence begins with the field and ends with a full stop', () => {
  fc.assert(
    fc.property(fc.record({ task: fc.anything(), runId: fc.anything(), status: fc.anything() }), (input) => {
      const message = messageOf(createTaskInput, input);
      if (message !== 'nothing is wrong with it') expect(message).toMatch(/^(`|The input ).* must .*\.$/s);
    }),
  );
});
