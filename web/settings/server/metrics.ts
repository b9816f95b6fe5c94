/** Figures of the server by name and labels, e.g. `nightshift_queue_depth{state="due"}`. */
export type Metrics = ReadonlyMap<string, number>;

/** Reads figures as Prometheus has them: a name with its labels and a number a line. */
export function readMetrics(text: string): Metrics {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^([a-z_]+(?:\{[^}]*\})?) (\S+)$/i.exec(line.trim());
    return match?.[1] === undefined ? [] : [[match[1], Number(match[2])] as const];
  });
  return new Map(lines.filter(([, value]) => Number.isFinite(value)));
}
