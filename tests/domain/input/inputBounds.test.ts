import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle } from '../../../contract/input/cutText.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { InvalidInputError } from '../../../domain/input/errors.ts';
import { readInput } from '../../../domain/input/read.ts';
import { planDefinition, writeDefinition } from '../../../domain/plans/planDefinition.ts';
import { createTaskInput, decisionNote, taskChanges } from '../../../domain/tasks/input.ts';

const task = { task: 'seo.validate', runId: 'nightly-1', status: 'running' };
const exit = { ending: 'exit', exitCode: 0, durationMs: 1 };

describe('A text that is too long', () => {
  it('keeps its beginning and its end within the bytes that it may have, and no character is cut in two', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '€', '🦉', '\n'),
      minLength: 40,
      maxLength: 400,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 80, max: 300 }), (given, max) => {
        const kept = cutMiddle(given, max);
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(max);
        expect(kept.isWellFormed()).toBe(true);
        expect(kept).not.toContain('\ufffd');
        if (Buffer.byteLength(given) <= max) {
          expect(kept).toBe(given);
          return;
        }
        const [begin = '', left = '', end = ''] = kept.split(
          /\n\[nightshift\] (\d+) bytes were left out here\n/,
        );
        expect([given.startsWith(begin), given.endsWith(end)]).toEqual([true, true]);
        expect(Buffer.byteLength(begin + end) + Number(left)).toBe(Buffer.byteLength(given));
      }),
    );
  });

  it('of an error ends with an ellipsis', () => {
    expect(cutEnd('short', 10)).toBe('short');
    expect(cutEnd('12345678🦉0', 10)).toBe('12345678…');
    const { webhookError } = readInput(taskChanges, { webhookError: 'x'.repeat(1_000_000) });
    expect(webhookError).toHaveLength(4000);
  });
});

describe('What is too large to keep', () => {
  const refusalOf = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return error instanceof InvalidInputError ? error.issues : error;
    }
  };

  it('of inputs is refused with what was expected and what came', () => {
    const inputs = { a: 'é'.repeat(32_768) };
    expect(refusalOf(() => readInput(createTaskInput, { ...task, inputs }))).toEqual([
      { path: ['inputs'], message: 'expected at most 65536 bytes as JSON, got 65544', type: 'too_big' },
    ]);
    expect(readInput(createTaskInput, { ...task, inputs: { a: 'é'.repeat(32_000) } }).inputs).toBeDefined();
  });

  it('of a note is refused', () => {
    expect(decisionNote.safeParse('x'.repeat(4000)).success).toBe(true);
    for (const read of [
      () => readInput(decisionNote, 'x'.repeat(4001)),
      () => readInput(taskChanges, { approvalNote: 'x'.repeat(4001) }),
    ])
      expect(refusalOf(read)).toMatchObject([{ type: 'too_big' }]);
  });

  it('of a plan is refused as a whole', () => {
    const inputs = { a: 'x'.repeat(60_000) };
    const steps = Array.from({ length: 80 }, (_, index) => ({ task: `t${index}`, inputs }));
    const plan = planDefinition.parse({ name: 'large', steps });
    expect(refusalOf(() => writeDefinition(plan))).toMatchObject([{ path: ['steps'], type: 'too_big' }]);
  });

  it('of a name is kept, whatever every object has under it', () => {
    const outputs = JSON.parse('{ "__proto__": "1", "constructor": "2" }');
    const report = attemptReport.parse({ ending: 'exit', exitCode: 0, durationMs: 1, outputs });
    expect(Object.entries(report.outputs)).toEqual(Object.entries(outputs));
    for (const wrong of [[], 'x', 1, null])
      expect(attemptReport.safeParse({ ...report, outputs: wrong }).success).toBe(false);
  });

  it('of what a command made is left out with a remark: the command has run already', () => {
    const outputs = { first: '1', large: 'x'.repeat(262_140), ['k'.repeat(129)]: '2', last: '3' };
    const report = readInput(attemptReport, { ...exit, outputs, logExcerpt: 'all is well' });
    expect(report.outputs).toEqual({ first: '1', last: '3' });
    expect(report.logExcerpt).toBe(
      `all is well\n[nightshift] Outputs were dropped, because the outputs of a step may take 262144 bytes in all and a name 128 characters: large, ${'k'.repeat(40)}`,
    );
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'x'.repeat(20)]),
    );
    const crowded = readInput(attemptReport, { ...exit, outputs: many, reason: 'x'.repeat(5000) });
    expect(JSON.stringify(crowded).length).toBeLessThan(450_000);
    expect(crowded.logExcerpt).toMatch(/ and \d+ more$/);
    expect(crowded.reason).toHaveLength(4000);
  });
});
