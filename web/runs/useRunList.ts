import { ask } from '../data/ask.ts';
import {
  type RunFilter,
  RunNewsDocument,
  RunPageDocument,
  type RunRowFragment,
} from '../generated/graphql.ts';
import { type StillList, useStillList } from '../live/useStillList.ts';

/** Reads the runs that match, page by page, newest first, and keeps what is shown up to date. */
export function useRunList(filter: RunFilter): StillList<RunRowFragment> {
  return useStillList<RunRowFragment>({
    name: 'runs',
    kinds: ['RUN'],
    filter,
    async readPage(after, signal) {
      return (await ask(RunPageDocument, { filter, first: 50, after }, signal)).runs;
    },
    async readNews(ids) {
      const { nodes, runs } = await ask(RunNewsDocument, { ids, filter });
      return { rows: nodes.filter(isRun), first: runs.nodes };
    },
  });
}

function isRun(node: unknown): node is RunRowFragment {
  return typeof node === 'object' && node !== null && 'counts' in node;
}
