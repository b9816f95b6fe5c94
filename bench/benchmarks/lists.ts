import type { Bench, Benchmark } from '../benchmark.ts';
import { rareTaskName } from '../data/generate.ts';
import { findPlaces } from '../data/places.ts';
import type { Figure } from '../figure.ts';
import { compareLatency } from '../measure/latency.ts';
import { pageQuery, restPage } from '../measure/questions.ts';

/** Pages anywhere and with any filter, beside the first page. */
export const lists: Benchmark = {
  name: 'lists',
  about: 'pages at depth and with filters in 1,000,000 tasks, against the first page',
  async run(bench) {
    bench.progress('pages at depth and with filters, beside the first page');
    const { deep, deepFailed, deepAwaiting, unstarted, runId, since } = await findPlaces(
      bench.databases.million,
    );
    const rare = 'awaiting_approval';
    const several = { status: [rare, 'running'], task: [rareTaskName, 'code.review'] };
    const rest = await beside(bench, restPage({}), {
      'REST page at 90 % depth': [1.3, restPage({ cursor: deep })],
      'REST page among tasks not started': [3, restPage({ cursor: unstarted })],
      'REST page of one rare status': [1.5, restPage({ status: rare })],
      'REST page of one common status at 90 % depth': [
        1.5,
        restPage({ status: 'failed', cursor: deepFailed }),
      ],
      'REST page of one rare task': [1.5, restPage({ task: rareTaskName })],
      'REST page of one run': [1.5, restPage({ run_id: runId })],
      'REST page of two statuses, one rare': [3, restPage({ status: [rare, 'running'] })],
      'REST page of two rare statuses at depth': [
        3,
        restPage({ status: [rare, 'running'], cursor: deepAwaiting }),
      ],
      'REST page of statuses and tasks, since': [3, restPage({ ...several, since })],
      'REST page of two tasks, since': [3, restPage({ task: [rareTaskName, 'code.review'], since })],
      'REST page of all statuses at 90 % depth': [
        3,
        restPage({ status: ['queued', 'running', 'succeeded', 'failed', rare, 'skipped'], cursor: deep }),
      ],
    });
    const graphql = await beside(bench, pageQuery({}), {
      'GraphQL page at 90 % depth': [1.3, pageQuery({ after: deep })],
      'GraphQL page of one rare status': [1.5, pageQuery({ filter: { status: ['AWAITING_APPROVAL'] } })],
      'GraphQL page of one approval state': [1.5, pageQuery({ filter: { approvalState: ['PENDING'] } })],
      'GraphQL page of one rare task': [1.5, pageQuery({ filter: { task: [rareTaskName] } })],
    });
    return [...rest, ...graphql];
  },
};

/** Compares pages with the first one; each has its goal, the most that it may cost in first pages. */
async function beside(
  { servers, pace }: Bench,
  first: Buffer,
  pages: Record<string, [goal: number, request: Buffer]>,
): Promise<Figure[]> {
  const { url } = await servers.ours('million');
  const entries = Object.entries(pages);
  const questions = Object.fromEntries(entries.map(([what, [, request]]) => [what, { url, request }]));
  const compared = await compareLatency({ url, request: first }, questions, pace);
  return entries.flatMap(([what, [value]]) => {
    const result = compared[what];
    if (!result) return [];
    return {
      what: `${what}, time to the first page’s`,
      unit: '×' as const,
      value: result.ratio,
      goal: { at: 'most' as const, value },
      note: `${result.ours.toFixed(2)} ms, the first page ${result.theirs.toFixed(2)} ms`,
      details: { millis: result.ours, firstPageMillis: result.theirs },
    };
  });
}
