import type { Benchmark } from '../benchmark.ts';
import { goals } from '../goals.ts';
import { pageQuery, restPage } from '../measure/questions.ts';
import { writeRequest } from '../measure/request.ts';
import { againstLimit } from './againstLimit.ts';

/** The first page of 50, as many a second as possible. */
export const pages: Benchmark = {
  name: 'pages',
  about: 'page of 50 over REST and GraphQL against bare node:http and pg',
  async run(bench) {
    const limitPage = writeRequest('GET', '/page');
    const graphqlPage = pageQuery({});
    const rest = restPage({});
    return [
      await againstLimit(bench, 'million', {
        what: 'REST page of 50, to the limit',
        goal: goals.restPage,
        ours: () => rest,
        limit: () => limitPage,
      }),
      await againstLimit(bench, 'million', {
        what: 'GraphQL page of 50 nodes × 10 fields, to the limit',
        goal: goals.graphqlPage,
        ours: () => graphqlPage,
        limit: () => limitPage,
      }),
    ];
  },
};
