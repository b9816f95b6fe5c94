import { ask } from '../data/ask.ts';
import { RunNewsDocument, RunPageDocument, type RunRowFragment } from '../generated/graphql.ts';
import { type StillList, useStillList } from '../live/useStillList.ts';
import { isCancellable } from './outcome.ts';

/** Reads runs, page by page, newest first, and keeps what is shown up to date. */
export function useRunList(): StillList<RunRowFragment> {
  return useStillList<RunRowFragment>({
    name: 'runs',
    filter: {},
    async readPage(after, signal) {
      return (await ask(RunPageDocument, { first: 50, after }, signal)).runs;
    },
    async readNews(ids) {
      const { nodes, runs } = await ask(RunNewsDocument, { ids });
      return { rows: nodes.filter(isRun), newest: runs.nodes.map(({ id }) => id) };
    },
    isRestless: isCancellable,
  });
}

function isRun(node: unknown): node is RunRowFragment {
  return typeof node === 'object' && node !== null && 'counts' in node;
}
