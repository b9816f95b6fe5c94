const size = 1000;
const factor = 16;

/**
 * The power of the size by which the time of reading a text grows: 1 where it grows with the size, 2 with its square. It
 * compares the processor time of two sizes, each done often enough to be measured, the best of some tries, so that what
 * else the machine does decides nothing.
 */
export function growthOf(make: (size: number) => string, read: (text: string) => unknown): number {
  const [little, much] = [make(size), make(size * factor)];
  const small = () => read(little);
  const big = () => read(much);
  big();
  let times = 1;
  while (timeOf(small, times) < enoughMicros) times *= 2;
  const [before, after] = [best(() => timeOf(small, times)), best(() => timeOf(big, times))];
  return Math.log(after / before) / Math.log(factor);
}

const enoughMicros = 4000;

function best(measure: () => number): number {
  return Math.min(...Array.from({ length: 4 }, measure));
}

function timeOf(work: () => unknown, times: number): number {
  const begin = process.cpuUsage();
  for (let done = 0; done < times; done++) work();
  return Math.max(1, process.cpuUsage(begin).user);
}
