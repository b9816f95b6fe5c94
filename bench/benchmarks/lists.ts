import type { Bench, Benchmark } from '../benchmark.ts';
import { rareTaskName } from '../data/generate.ts';
import { findPlaces } from '../data/places.ts';
import type { Figure } from '../figure.ts';
import { type Goal, goals } from '../goals.ts';
import { compareLatency } from '../measure/latency.ts';
import { backendsOf } from '../measure/processor.ts';
import { pageQuery, restPage } from '../measure/questions.ts';

/** Pages anywhere and with any filter, beside the first page. */
export const lists: Benchmark = {
  name: 'lists',
  about: 'pages at depth and with filters against the first page',
  async run(bench) {
    bench.progress('REST pages at depth and with filters, beside the first page');
    const { deep, deepFailed, deepAwaiting, unstarted, runId, since } = await findPlaces(
      bench.databases.million,
    );
    const rare = 'awaiting_approval';
    const several = { status: [rare, 'running'], task: [rareTaskName, 'code.review'] };
    const rest = await beside(bench, restPage({}), {
      'REST page at 90 % depth': [goals.deepPage, restPage({ cursor: deep })],
      'REST page among tasks not started': [goals.severalFilters, restPage({ cursor: unstarted })],
      'REST page of one rare status': [goals.filteredPage, restPage({ status: rare })],
      'REST page of one common status at 90 % depth': [
        goals.filteredPage,
        restPage({ status: 'failed', cursor: deepFailed }),
      ],
      'REST page of one rare task': [goals.filteredPage, restPage({ task: rareTaskName })],
      'REST page of one run': [goals.filteredPage, restPage({ run_id: runId })],
      'REST page of two statuses, one rare': [goals.severalFilters, restPage({ status: [rare, 'running'] })],
      'REST page of two rare statuses at depth': [
        goals.severalFilters,
        restPage({ status: [rare, 'running'], cursor: deepAwaiting }),
      ],
      'REST page of statuses and tasks, since': [goals.severalFilters, restPage({ ...several, since })],
      'REST page of two tasks, since': [
        goals.severalFilters,
        restPage({ task: [rareTaskName, 'code.review'], since }),
      ],
      'REST page of all statuses at 90 % depth': [
        goals.severalFilters,
        restPage({ status: ['queued', 'running', 'succeeded', 'failed', rare, 'skipped'], cursor: deep }),
      ],
    });
    bench.progress('GraphQL pages at depth and with filters, beside the first page');
    const graphql = await beside(bench, pageQuery({}), {
      'GraphQL page at 90 % depth': [goals.deepPage, pageQuery({ after: deep })],
      'GraphQL page of one rare status': [
        goals.filteredPage,
        pageQuery({ filter: { status: ['AWAITING_APPROVAL'] } }),
      ],
      'GraphQL page of one approval state': [
        goals.filteredPage,
        pageQuery({ filter: { approvalState: ['PENDING'] } }),
      ],
      'GraphQL page of one rare task': [goals.filteredPage, pageQuery({ filter: { task: [rareTaskName] } })],
    });
    return [...rest, ...graphql];
  },
};

/** Compares pages with the first one; each has its goal. */
async function beside(
  { databases, servers, pace }: Bench,
  first: Buffer,
  pages: Record<string, [goal: Goal, request: Buffer]>,
): Promise<Figure[]> {
  const server = await servers.ours('million');
  const processes = async () => [server, ...(await backendsOf(databases.million))];
  const base = { url: server.url, request: first, processes };
  const entries = Object.entries(pages);
  const questions = Object.fromEntries(entries.map(([what, [, request]]) => [what, { ...base, request }]));
  const compared = await compareLatency(base, questions, pace);
  return entries.flatMap(([what, [goal]]) => {
    const result = compared[what];
    if (!result) return [];
    return {
      what: `${what}, to the first page`,
      unit: '×' as const,
      value: result.ratio,
      processor: result.processor,
      goal,
      note: `${result.ours.toFixed(2)} ms, the first page ${result.theirs.toFixed(2)} ms`,
      details: {
        millis: result.ours,
        firstPageMillis: result.theirs,
        processorMillis: result.ourCpu,
        firstPageProcessorMillis: result.theirCpu,
      },
    };
  });
}
