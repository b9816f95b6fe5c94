import { describe, expect, it } from 'vitest';
import type { Benchmark } from '../../bench/benchmark.ts';
import { ArgumentError, describeOptions, readOptions } from '../../bench/options.ts';

const all: Benchmark[] = ['pages', 'lists'].map((name) => ({
  name,
  about: `measures ${name}`,
  run: async () => [],
}));

describe('The arguments of the bench', () => {
  it('choose all benchmarks when none is named', () => {
    expect(readOptions([], all)).toEqual({ quick: false, help: false, chosen: all });
  });

  it('choose those named with --only', () => {
    const { quick, chosen } = readOptions(['--quick', '--only', 'lists'], all);
    expect([quick, chosen.map(({ name }) => name)]).toEqual([true, ['lists']]);
  });

  it.each([
    [['--only', 'nothing'], 'expected one of pages, lists, got "nothing"'],
    [['--slow'], 'See npm run bench -- --help'],
  ])('are refused when they mean nothing: %j', (args, message) => {
    expect(() => readOptions(args, all)).toThrow(ArgumentError);
    expect(() => readOptions(args, all)).toThrow(message);
  });

  it('are explained with every benchmark', () => {
    for (const { about } of all) expect(describeOptions(all)).toContain(about);
  });
});
