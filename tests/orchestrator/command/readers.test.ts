import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readAll, readRest } from '../../../orchestrator/command/readers.ts';

/** A pipe of a command, with what was read of it. */
function pipe(take: (text: string) => Promise<void> | void = () => undefined) {
  const stream = new PassThrough();
  let text = '';
  const reader = readAll(stream, async (chunk) => {
    await take(Buffer.from(chunk).toString());
    text += Buffer.from(chunk).toString();
  });
  return { stream, reader, text: () => text };
}

/** Keeps this process from everything else, as other work would. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('The rest of the output of a command', () => {
  it('is read when it comes late, however long the command had been quiet before', async () => {
    const { stream, reader, text } = pipe();
    await wait(300);
    setTimeout(() => stream.write('https://example.org/pull/1\n'), 150);
    expect(await readRest([reader], { quietMs: 250, totalMs: 10_000, bytes: 1e6 })).toBe(false);
    expect(text()).toBe('https://example.org/pull/1\n');
  });

  it('is read when this process was busy with something else meanwhile', async () => {
    const { stream, reader, text } = pipe();
    const rest = readRest([reader], { quietMs: 100, totalMs: 10_000, bytes: 1e6 });
    setImmediate(() => {
      block(400);
      stream.write('last words');
    });
    await rest;
    expect(text()).toBe('last words');
  });

  it('is read to its end where it is taken slowly', async () => {
    const { stream, reader, text } = pipe(() => wait(60));
    for (let line = 0; line < 20; line += 1) stream.write(`${line}\n`);
    stream.end();
    expect(await readRest([reader], { quietMs: 50, totalMs: 100, bytes: 1e6 })).toBe(false);
    expect(text().split('\n')).toHaveLength(21);
  });

  it.each([
    ['quickly', () => undefined],
    ['slowly', () => wait(20)],
  ])(
    'is let go of, and that is said, where somebody else writes on and on and it is taken %s',
    async (_how, take) => {
      const { stream, reader, text } = pipe(take);
      stream.write('mine\n');
      const other = setInterval(() => stream.write('x'.repeat(1000)), 5);
      onTestFinished(() => clearInterval(other));
      expect(await readRest([reader], { quietMs: 100, totalMs: 300, bytes: 20_000 })).toBe(true);
      expect(text()).toContain('mine\n');
    },
  );
});
