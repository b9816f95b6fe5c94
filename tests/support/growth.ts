const size = 1000;
const factor = 16;

/**
 * The power of the size by which the time of reading a text grows: 1 where it grows with the size, 2 with its square. It
 * compares two sizes, each done often enough to be measured, the best of some tries, by the time of the processor, so
 * that what else the machine does decides nothing.
 */
export function growthOf(make: (size: number) => string, read: (text: string) => unknown): number {
  const [little, much] = [make(size), make(size * factor)];
  const small = () => read(little);
  const big = () => read(much);
  big();
  let times = 1;
  while (timeOf(small, times) < enoughMs) times *= 2;
  const [before, after] = [best(() => timeOf(small, times)), best(() => timeOf(big, times))];
  return Math.log(after / before) / Math.log(factor);
}

/** Some ticks of a processor's clock that knows nothing finer. */
const enoughMs = 20;

function best(measure: () => number): number {
  return Math.min(...Array.from({ length: 4 }, measure));
}

/** In milliseconds of the processor. */
function timeOf(work: () => unknown, times: number): number {
  const begin = process.cpuUsage();
  for (let done = 0; done < times; done++) work();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}
