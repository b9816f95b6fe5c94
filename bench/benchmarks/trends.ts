import type { Benchmark } from '../benchmark.ts';
import { goals } from '../goals.ts';
import { compareLatency } from '../measure/latency.ts';
import { backendsOf } from '../measure/processor.ts';
import { trendsQuery } from '../measure/questions.ts';

/** Days of the data, of which each has ten times the tasks in the larger database. */
const stretches = {
  '30 days': { since: '2025-04-01T00:00:00Z', until: '2025-05-01T00:00:00Z' },
  'a year': { since: '2024-05-01T00:00:00Z', until: '2025-05-01T00:00:00Z' },
};

/** Figures over time, which are read from what was counted before. */
export const trends: Benchmark = {
  name: 'trends',
  about: 'figures of the page over many days, at 1,000,000 tasks against 100,000',
  async run({ databases, servers, pace, progress }) {
    const tenth = await databases.tenth();
    const [million, few] = [await servers.ours('million'), await servers.fresh({ DATABASE_URL: tenth })];
    const figures = [];
    for (const timezone of ['UTC', 'Europe/Berlin'])
      for (const [name, stretch] of Object.entries(stretches)) {
        progress(`trends of ${name} in ${timezone}`);
        const request = trendsQuery({ ...stretch, timezone });
        const ask = (server: typeof million, database: string) => ({
          url: server.url,
          request,
          processes: async () => [server, ...(await backendsOf(database))],
        });
        const { ours: found } = await compareLatency(
          ask(few, tenth),
          { ours: ask(million, databases.million) },
          pace,
        );
        figures.push({
          what: `trends of ${name} in ${timezone} at 1,000,000 tasks, to 100,000`,
          unit: '×' as const,
          value: found.ratio,
          processor: found.processor,
          goal: goals.trends,
          note: `${found.ours.toFixed(1)} ms, at 100,000 ${found.theirs.toFixed(1)} ms`,
          details: { millis: found.ours, millisOfTenth: found.theirs },
        });
      }
    return figures;
  },
};
