/**
 * How many times longer work takes on an input that is eight times as big, by the processor time of this process: 8 where
 * the time grows with the size, 64 where it grows with its square. The best of several tries counts, so that what
 * else the machine does decides nothing.
 */
export function growthOf(work: (size: number) => unknown, size: number): number {
  timeOf(() => work(size));
  return best(() => timeOf(() => work(size * 8))) / best(() => timeOf(() => work(size)));
}

function best(measure: () => number): number {
  return Math.min(...Array.from({ length: 5 }, measure));
}

function timeOf(work: () => unknown): number {
  const begin = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begin);
  return user + system + 20;
}
