import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../orchestrator/plan/schema.ts';
import { PlanContents } from '../../../orchestrator/worker/planContents.ts';

describe('The contents of plans that a worker keeps', () => {
  const plan = (name: string) => ({ name }) as Plan;

  it('are the ones in force and the latest before them, within a number and a size', () => {
    const contents = new PlanContents({ count: 3, length: 100 });
    expect(contents.put(0, 'rare', plan('rare'), 10)).toEqual([]);
    expect(contents.put(1, 'a1', plan('a'), 10)).toEqual([]);
    expect(contents.put(1, 'a2', plan('a'), 10)).toEqual([]);
    expect(contents.put(1, 'a3', plan('a'), 10)).toEqual(['a1']);
    expect(contents.hashes()).toEqual(['rare', 'a2', 'a3']);
    expect(contents.put(1, 'a2', plan('a'), 10)).toEqual([]);
    expect(contents.put(1, 'a4', plan('a'), 10)).toEqual(['a3']);
    expect(contents.put(1, 'large', plan('a'), 95)).toEqual(['a2', 'a4']);
    expect([contents.get('rare'), contents.get('large'), contents.get('a4')]).toEqual([
      plan('rare'),
      plan('a'),
      undefined,
    ]);
  });

  it('hold the one in force whatever its size', () => {
    const contents = new PlanContents({ count: 1, length: 10 });
    expect(contents.put(0, 'a', plan('a'), 50)).toEqual([]);
    expect(contents.put(1, 'b', plan('b'), 50)).toEqual([]);
    expect(contents.hashes()).toEqual(['a', 'b']);
  });
});
