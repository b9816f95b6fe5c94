/** Metrics as a monitor reads them. */
export interface ReadMetrics {
  /** The type of each metric, by its name. */
  types: Map<string, string>;
  /** Every value, by its name and labels as written. */
  values: Map<string, number>;
  /** The values of one name, by the labels. */
  of(name: string): Map<string, number>;
}

/** Reads the text format of Prometheus strictly. @throws Error at what no monitor would take */
export function readMetrics(text: string): ReadMetrics {
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  const byName = new Map<string, Map<string, number>>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    const [, typed, type] = /^# TYPE (\w+) (gauge|counter|histogram|summary)$/.exec(line) ?? [];
    if (typed && type) {
      setOnce(types, typed, type);
      continue;
    }
    const { name, labels, value } = readSample(line);
    setOnce(values, labels === '' ? name : `${name}{${labels}}`, value);
    byName.set(name, (byName.get(name) ?? new Map()).set(labels, value));
  }
  return { types, values, of: (name) => byName.get(name) ?? new Map() };
}

const sample = /^([a-z_][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)$/i;

function readSample(line: string): { name: string; labels: string; value: number } {
  const [, name, labels = '', text = ''] = sample.exec(line) ?? [];
  const value = Number(text.replace('Inf', 'Infinity'));
  if (!name || (Number.isNaN(value) && !/^nan$/i.test(text))) throw new Error(`No sample: ${line}`);
  return { name, labels, value };
}

function setOnce<T>(map: Map<string, T>, name: string, value: T): void {
  if (map.has(name)) throw new Error(`${name} comes twice.`);
  map.set(name, value);
}

/** The names under which a monitor stores these metrics. */
export function seriesNames({ types }: ReadMetrics): Set<string> {
  return new Set(
    [...types].flatMap(([name, type]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [name],
    ),
  );
}
