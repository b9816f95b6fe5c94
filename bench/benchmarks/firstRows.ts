import type { Bench, Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { Connection } from '../measure/connection.ts';
import { restPage } from '../measure/questions.ts';
import { median, ratios, summarize } from '../measure/statistics.ts';
import { openVisitor, type Visitor } from '../measure/visits.ts';

/** The list of tasks, drawn with its rows. */
const rows = { path: '/tasks', selector: '[data-row]' };
/** A view of the same shell that asks for nothing. */
const empty = { path: '/settings/none', selector: 'main h2' };

/** How soon somebody who opens the page sees tasks. */
export const firstRows: Benchmark = {
  name: 'firstRows',
  about: 'the list of tasks drawn by a browser at 1,000,000 tasks, against an empty page and a REST page',
  async run(bench) {
    const { url } = await bench.servers.ours('million');
    const visitor = await openVisitor(url);
    if (visitor === null) return [{ what: named('new'), unit: '×', value: null, note: 'no browser here' }];
    try {
      return [await compare(bench, visitor, url, 'new'), await compare(bench, visitor, url, 'known')];
    } finally {
      await visitor.close();
    }
  },
};

const named = (as: 'new' | 'known') =>
  `first rows ${as === 'new' ? 'in a browser that was never there' : 'in one that was there before'}, to an empty page and a REST page`;

/** Sees rows, and sees nothing and asks for rows, in turn. */
async function compare(
  { pace, progress }: Bench,
  visitor: Visitor,
  url: string,
  as: 'new' | 'known',
): Promise<Figure> {
  progress(named(as));
  const connection = await Connection.open(url);
  const request = restPage({});
  const [withRows, without, asked]: [number[], number[], number[]] = [[], [], []];
  try {
    // What is seen once fills the caches of the server and of the browser.
    await visitor.see(rows, as);
    await visitor.see(empty, as);
    for (let turn = 0; turn < pace.turns; turn += 1) {
      const first = turn % 2 === 0;
      if (first) withRows.push(await visitor.see(rows, as));
      without.push(await visitor.see(empty, as));
      asked.push((await connection.send(request)).millis);
      if (!first) withRows.push(await visitor.see(rows, as));
    }
  } finally {
    connection.close();
  }
  const bare = without.map((millis, turn) => millis + (asked[turn] ?? Number.NaN));
  return {
    what: named(as),
    unit: '×',
    value: summarize(ratios(withRows, bare)),
    goal: goals.firstRows,
    note: `${median(withRows).toFixed(0)} ms; the empty page ${median(without).toFixed(0)} ms, REST ${median(asked).toFixed(1)} ms`,
    details: { rows: median(withRows), empty: median(without), rest: median(asked) },
  };
}
