import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { readTime } from '../../../contract/input/time.ts';
import { leaseTaskInput } from '../../../domain/engine/leaseTypes.ts';
import { startRunInput } from '../../../domain/engine/startRun.ts';
import { InvalidCursorError, InvalidInputError } from '../../../domain/input/errors.ts';
import { readInput } from '../../../domain/input/read.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import { decodeCursor, encodeCursor } from '../../../domain/tasks/cursor.ts';
import { createTaskInput, taskChanges, taskFilter } from '../../../domain/tasks/input.ts';
import { hostileCharacters } from '../../support/hostileText.ts';

const least = { task: 'seo.validate', runId: 'nightly-2025-01-15', status: 'running' };

describe('A time from outside', () => {
  it.each([
    ['2025-01-15T02:30:00Z', '2025-01-15T02:30:00Z'],
    ['2025-01-15T02:30:00', '2025-01-15T02:30:00Z'],
    ['2025-01-15 02:30', '2025-01-15T02:30:00Z'],
    ['2025-01-15', '2025-01-15T00:00:00Z'],
    ['2025-01-15T02:30:00+02:00', '2025-01-15T00:30:00Z'],
    ['2025-01-15T02:30:00 02:00', '2025-01-15T00:30:00Z'],
    ['2025-01-15T02:30:00-0530', '2025-01-15T08:00:00Z'],
    ['2025-01-15T02:30:00.123456Z', '2025-01-15T02:30:00.123Z'],
    ['2025-01-15t02:30:00.5z', '2025-01-15T02:30:00.500Z'],
  ])('is read from %s', (text, expected) => {
    expect(readTime(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2025-02-30',
    '2025-01-15T24:00:01Z',
    '2025-13-01',
    '20250115',
    '2025-01-15T02:30:00+25:00',
    '1736908200',
  ])('is refused as %j', (text) => {
    expect(readTime(text)).toBeUndefined();
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
        (date) => {
          const text = readTime(date.toISOString()) ?? '';
          expect(Date.parse(text)).toBe(date.getTime());
          expect(readTime(text)).toBe(text);
        },
      ),
    );
  });
});

describe('A cursor', () => {
  it('carries any position there and back', () => {
    const startedAt = fc.option(
      fc
        .date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
        .map((date) => readTime(date.toISOString()) ?? ''),
    );
    const position = fc.record({ startedAt, id: fc.nat(), asOf: fc.option(fc.nat(), { nil: undefined }) });
    fc.assert(
      fc.property(position, (at) => {
        expect(decodeCursor(encodeCursor(at))).toEqual(at);
      }),
    );
  });

  it('is accepted from the older system, padded or not', () => {
    const example = 'eyJzdGFydGVkX2F0IjogIjIwMjUtMTAtMDlUMDI6MzA6MDBaIiwgImlkIjogMTIwfQ==';
    const position = { startedAt: '2025-10-09T02:30:00Z', id: 120 };
    expect(decodeCursor(example)).toEqual(position);
    expect(decodeCursor(example.replace(/=+$/, ''))).toEqual(position);
  });

  it('is refused with one error whatever else comes', () => {
    const forged = fc.json().map((json) => Buffer.from(json).toString('base64url'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), forged), (text) => {
        try {
          decodeCursor(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      }),
    );
    for (const text of [
      '',
      'e30',
      '%%%',
      'bm90IGpzb24',
      Buffer.from('{"started_at":5,"id":1}').toString('base64url'),
    ]) {
      expect(() => decodeCursor(text)).toThrow(InvalidCursorError);
    }
  });
});

describe('Input of a task', () => {
  const refused: [field: string, value: unknown][] = [
    ['task', ''],
    ['task', 'x'.repeat(65)],
    ['task', 'a\0b'],
    ['task', '\ud800'],
    ['runId', 7],
    ['status', 'done'],
    ['startedAt', 'soon'],
    ['durationMs', -1],
    ['durationMs', 2_147_483_648],
    ['durationMs', 1.5],
    ['inputs', []],
    ['inputs', { deep: { text: 'a\0' } }],
    ['inputs', { deep: [{ 'a\nb': 1 }] }],
    ['inputs', { much: Number.POSITIVE_INFINITY }],
    ['outputsUri', `https://x/${'y'.repeat(512)}`],
  ];
  it.each(refused)('names %s when it is %j', (field, value) => {
    const read = () => readInput(createTaskInput, { ...least, [field]: value });
    expect(read).toThrow(InvalidInputError);
    expect(read).toThrow(new RegExp(`^\`${field}[\`.]`));
  });

  it.each(hostileCharacters)('gives no new name and no key of inputs %s', (_what, character) => {
    const given = `a${character}b`;
    for (const field of ['task', 'runId', 'inputs'] as const) {
      const value = field === 'inputs' ? { deep: [{ [given]: 1 }] } : given;
      expect(() => readInput(createTaskInput, { ...least, [field]: value })).toThrow(`\`${field}`);
    }
    const names = [planDefinition, leaseTaskInput, startRunInput] as const;
    const inputs = [
      { name: given, steps: [{ task: 'a' }] },
      { worker: given, requestId: randomUUID(), planHashes: [] },
      { runId: given, plan: 'night' },
    ];
    for (const [index, schema] of names.entries())
      expect(() => readInput<ZodType>(schema, inputs[index])).toThrow(/name|worker|runId/);
    for (const more of [
      { labels: [given] },
      { lock: given },
      { needs: [given] },
      { policy: { approvers: [given] } },
    ])
      expect(() => readInput(planDefinition, { name: 'n', steps: [{ task: 'a', ...more }] })).toThrow(
        'steps.0',
      );
    if (character !== '\0') expect(readInput(taskFilter, { runIds: [given] })).toEqual({ runIds: [given] });
  });

  it('mends log text instead of refusing it', () => {
    const { logExcerpt } = readInput(createTaskInput, {
      ...least,
      logExcerpt: 'a\0b\ud800c 😀\u001b[8mx\u001b]0;title\u0007\tand\ny',
    });
    expect(logExcerpt).toBe('ab\ufffdc 😀x\tand\ny');
  });

  it('are logs as a terminal would show them', () => {
    const link = '\u001b]8;;https://e.org/9\u0007#9\u001b]8;;\u0007';
    const { logExcerpt } = readInput(createTaskInput, {
      task: 'a.b',
      runId: 'r',
      status: 'running',
      logExcerpt: `a 0 %\nb 0 %\n\u001b[2A\u001b[Ka 9 %\nb\b\u001b[Kdone ${link}\n`,
    });
    expect(logExcerpt).toBe('a 9 %\ndone #9 (https://e.org/9)');
  });

  it('names every field that is missing', () => {
    expect(() => readInput(createTaskInput, {})).toThrow(/`task` must .*`runId` must .*`status` must /);
  });

  it('keeps apart what was not sent and what is null', () => {
    expect(readInput(taskChanges, { outputsUri: null })).toEqual({ outputsUri: null });
  });
});
