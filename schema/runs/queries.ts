import { countRuns, readRunPage } from '../../domain/runs/page.ts';
import { findRun } from '../../domain/runs/read.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { needs } from '../needs.ts';
import { RunFilterInput, readRunFilter } from './filter.ts';
import { RunConnection, RunType } from './run.ts';

builder.queryFields((t) => ({
  run: t.field({
    type: RunType,
    nullable: true,
    description: 'One run; null if there is none with this id.',
    authScopes: needs('readRun'),
    args: {
      runId: t.arg.string({ required: true, description: 'The name of the run, e.g. `nightly-2025-01-15`.' }),
    },
    resolve: (_root, { runId }, { store }) => (isName(runId) ? findRun(store.db, runId) : null),
  }),

  runs: t.connection(
    {
      type: RunType,
      description: 'Runs, newest first, page by page.',
      authScopes: needs('pageRuns'),
      args: { filter: t.arg({ type: RunFilterInput, description: 'Only the runs that match.' }) },
      resolve: (_root, { filter: given, ...page }, context) => {
        const filter = readRunFilter(given);
        const { db } = context.store;
        return connect(
          context,
          page,
          (range) => readRunPage(db, range, filter),
          () => countRuns(db, filter, maxTotalCount),
        );
      },
    },
    RunConnection,
  ),
}));

/** What PostgreSQL's text cannot hold names no run. */
function isName(runId: string): boolean {
  return !runId.includes('\0') && runId.isWellFormed();
}
