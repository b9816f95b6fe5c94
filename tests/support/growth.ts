import { sized } from './form.ts';

const size = 1000;
const factor = 16;

/**
 * The power of the size by which the time of reading a text grows: 1 where it grows with the size, 2 with its square. It
 * compares two sizes, each done often enough to be measured, the best of some tries, by the time of the processor, so
 * that what else the machine does decides nothing.
 */
export function growthOf(make: (size: number) => string, read: (text: string) => unknown): number {
  const [little, much] = [make(size), make(size * factor)];
  const small = timerOf(() => read(little));
  const big = timerOf(() => read(much));
  // By turns, so that neither has the better moments of the machine to itself.
  const tries = Array.from({ length: 4 }, () => [small(), big()] as const);
  const best = (times: number[]) => Math.min(...times);
  return Math.log(best(tries.map(([, time]) => time)) / best(tries.map(([time]) => time))) / Math.log(factor);
}

/** Some ticks of a processor's clock that knows nothing finer. */
const enoughMs = sized({ short: 8, full: 20 });

/** Gives a function that says what doing the work once takes, of so many times that they can be measured. */
function timerOf(work: () => unknown): () => number {
  work();
  let times = 1;
  while (timeOf(work, times) < enoughMs) times *= 2;
  return () => timeOf(work, times) / times;
}

/** In milliseconds of the processor. */
function timeOf(work: () => unknown, times: number): number {
  const begin = process.cpuUsage();
  for (let done = 0; done < times; done++) work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}
