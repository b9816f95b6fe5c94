import { pause } from '../waits/within.ts';
import { type Counted, countProcessor } from './processor.ts';
import { median, ratios, type Summary, summarize } from './statistics.ts';

/** What one of several equal doings took, in milliseconds. */
export interface Cost {
  elapsed: number;
  /** Null where the system does not tell. */
  processor: number | null;
}

/**
 * Measures doings by what all of them took: the elapsed time that `act` gives and the processor time of the processes
 * that take part, which do a little more when the answer is out.
 */
export async function measureCost(
  count: number,
  processes: readonly Counted[],
  act: () => Promise<number>,
): Promise<Cost> {
  const since = countProcessor(processes);
  const elapsed = await act();
  await pause(30);
  const processor = since();
  return { elapsed: elapsed / count, processor: processor === null ? null : processor / count };
}

/** Divides the costs of two sides pair by pair: a figure's two values. */
export function compareCosts(
  ours: readonly Cost[],
  theirs: readonly Cost[],
): { value: Summary; processor: Summary | null } {
  const elapsed = (side: readonly Cost[]) => side.map((cost) => cost.elapsed);
  const [own, other] = [processorOf(ours), processorOf(theirs)];
  return {
    value: summarize(ratios(elapsed(ours), elapsed(theirs))),
    processor: own && other && summarize(ratios(own, other)),
  };
}

/** The medians of some costs. */
export function middleCost(costs: readonly Cost[]): Cost {
  const processor = processorOf(costs);
  return { elapsed: median(costs.map(({ elapsed }) => elapsed)), processor: processor && median(processor) };
}

/** Nothing unless all are known; a share of zero says that the system counts too coarsely. */
function processorOf(costs: readonly Cost[]): number[] | null {
  const known = costs.flatMap(({ processor }) => (processor ? [processor] : []));
  return known.length === costs.length ? known : null;
}
