import { attacksOn } from '../attacks/attacks.ts';
import { fromElsewhere } from '../attacks/fromElsewhere.ts';
import { longestWait, type Waits } from '../attacks/longestWait.ts';
import type { Benchmark } from '../benchmark.ts';
import type { Figure } from '../figure.ts';
import { goals } from '../goals.ts';
import { restPage } from '../measure/questions.ts';
import { median, summarize } from '../measure/statistics.ts';
import { startClosedServer } from '../servers/closedServer.ts';

/** How long another caller waits while a server is attacked. */
export const attacks: Benchmark = {
  name: 'attacks',
  about: 'the longest wait of a caller with a session while others attack',
  async run(bench) {
    const { pace, progress } = bench;
    const { server, byKey, bySession } = await startClosedServer(bench);
    const request = restPage({}, bySession);
    const seconds = pace.seconds * 4;
    // The first answers are those of a server that still loads.
    await longestWait(server.url, request, seconds);
    const rest = await longestWait(server.url, request, seconds);
    const figures: Figure[] = [];
    for (const attack of attacksOn(byKey)) {
      progress(attack.name);
      const all: Waits[] = [];
      for (let repeat = 0; repeat < pace.repeats; repeat += 1) {
        all.push(await longestWait(server.url, request, seconds, fromElsewhere(attack, byKey)));
      }
      const longest = all.map((waits) => waits.longest);
      const middle = median(all.map((waits) => waits.median));
      figures.push({
        what: `longest wait of another caller: ${attack.name}`,
        unit: 'ms',
        value: summarize(longest),
        goal: goals.heldUp,
        note: `median ${middle.toFixed(0)} ms; without an attack ${rest.longest.toFixed(0)} and ${rest.median.toFixed(0)} ms`,
        details: {
          worst: Math.max(...longest),
          median: middle,
          worstAtRest: rest.longest,
          medianAtRest: rest.median,
        },
      });
    }
    return figures;
  },
};
