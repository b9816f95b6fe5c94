import type { Bench, Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { restPage } from '../measure/questions.ts';
import { compareThroughput } from '../measure/throughput.ts';
import { type ClosedServer, startClosedServer } from '../servers/closedServer.ts';

/** As many callers as for other pages. */
const connections = 16;

/** What it costs to know who asks. */
export const access: Benchmark = {
  name: 'access',
  about: 'a REST page with a key or a session against one without credentials',
  async run(bench) {
    const closed = await startClosedServer(bench);
    return [
      await compare(bench, closed, 'key', closed.byKey),
      await compare(bench, closed, 'session', closed.bySession),
    ];
  },
};

/** Measures what a page takes for whoever proves who they are, for each one of an open server. */
async function compare(
  { servers, pace, progress }: Bench,
  { server }: ClosedServer,
  by: 'key' | 'session',
  headers: Record<string, string>,
): Promise<Figure> {
  const what = `REST page with a ${by}, to one without credentials`;
  progress(what);
  const [open, known] = [restPage({}), restPage({}, headers)];
  // What the open server does for what the other one does is what the other one costs.
  const result = await compareThroughput(
    { server: await servers.ours('few'), next: () => open },
    { server, next: () => known },
    { ...pace, connections },
  );
  return {
    what,
    unit: '×',
    value: result.ratio,
    processor: result.processor,
    goal: goals.authentication,
    note: `${result.theirs.median.toFixed(0)}/s, without ${result.ours.median.toFixed(0)}/s`,
    details: {
      knownPerSecond: result.theirs.median,
      openPerSecond: result.ours.median,
      knownProcessorMillis: result.theirCpu,
      openProcessorMillis: result.ourCpu,
    },
  };
}
