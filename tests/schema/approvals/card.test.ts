import { beforeEach, expect, it } from 'vitest';
import type { PullHead } from '../../../contract/pulls/pullReader.ts';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { startRun } from '../../../domain/engine/startRun.ts';
import { planDefinition } from '../../../domain/plans/planDefinition.ts';
import type { PullChecks, PullDetails } from '../../../domain/pulls/details.ts';
import { noteDetails, noteDetailsProblem } from '../../../domain/pulls/noteDetails.ts';
import { createTask } from '../../../domain/reporting/create.ts';
import { awaitingPull, head } from '../../domain/pulls/support.ts';
import { describeOnEither } from '../../support/databases.ts';
import { everything, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const card = `{ approvals { totalCount nodes { databaseId task { databaseId }
  consequence { text pullAction runs releases }
  mayDecide { approve whyNotApprove reject cancel hasVoted isLast needsFreshSignIn missing stillMay }
  voidVotes { viewer headSha compareUrl }
  pullRequest { headSha detailsProblem details { headSha title mergeState mergeProblem additions deletions changedFiles labels
    reviews { reviewer state } checks { state passed failed running named { name state isRequired url } problem } readAt } } } } }`;

const details: PullDetails = {
  title: 'Tidy the lamp',
  isDraft: false,
  isFromFork: false,
  baseRef: 'main',
  headRef: 'tidy',
  additions: 120,
  deletions: 34,
  changedFiles: 6,
  mergeState: 'blocked',
  reviewDecision: null,
  labels: ['deps'],
  reviews: [{ reviewer: 'ada', state: 'approved' }],
};
const checks: PullChecks = {
  state: 'failed',
  passed: 14,
  failed: 1,
  running: 0,
  skipped: 0,
  named: [{ name: 'test', state: 'failed', isRequired: true, url: null }],
  isComplete: true,
  problem: null,
};

describeOnEither('The card of an approval, in GraphQL,', (database) => {
  const pullReach = { host: 'github.com', asks: true, hears: false };
  const opened: (PullHead & { what: string })[] = [];
  const pullReader = {
    refresh: async (pull: PullHead) => void opened.push({ what: 'refresh', ...pull }),
    readFiles: async (pull: PullHead) => void opened.push({ what: 'files', ...pull }),
  };
  const graphql = serveGraphql(database);
  const store = Object.assign(graphql.store(), { pullReach, pullReader });
  beforeEach(async () => {
    await database.truncate();
    opened.length = 0;
  });

  const pull = { host: 'github.com', owner: 'isle', repo: 'light', number: 7 };
  const headIs = (commit: string) =>
    store.db.query({
      text: 'UPDATE approvals SET pull_head = $1, pull_author = $2',
      values: [commit, 'keeper'],
    });
  const nodes = async (query = card) => (await graphql.send(query)).body.data.approvals.nodes;

  it('has the evidence, what approving does, and who may', async () => {
    const { id } = await awaitingPull(store, { onApprove: 'merge', required: 2 });
    expect(await nodes()).toMatchObject([
      {
        pullRequest: { details: null, detailsProblem: 'The server has not checked the pull request yet.' },
        mayDecide: { approve: false },
      },
    ]);
    await headIs(head(1));
    await noteDetails(store, { ...pull, headSha: head(1) }, { details, checks, isUnfinished: false });
    expect(await nodes()).toMatchObject([
      {
        task: { databaseId: id },
        consequence: {
          text: 'merges commit 00000000 of isle/light#7 into main and releases 1 step',
          pullAction: 'merge',
          runs: null,
          releases: 1,
        },
        mayDecide: { missing: 2, stillMay: [], hasVoted: false },
        voidVotes: [],
        pullRequest: {
          headSha: head(1),
          detailsProblem: null,
          details: {
            headSha: head(1),
            title: 'Tidy the lamp',
            mergeState: 'BLOCKED',
            mergeProblem: 'a rule of its base branch is not met: a review or a check is missing',
            labels: ['deps'],
            reviews: [{ reviewer: 'ada', state: 'APPROVED' }],
            checks: {
              state: 'FAILED',
              passed: 14,
              named: [{ name: 'test', state: 'FAILED', isRequired: true }],
            },
          },
        },
      },
    ]);
    await noteDetailsProblem(store, { ...pull, headSha: head(1) }, 'GitHub answered 502.');
    expect(await nodes()).toMatchObject([
      { pullRequest: { detailsProblem: 'GitHub answered 502.', details: { title: 'Tidy the lamp' } } },
    ]);
  });

  it('says which votes a push dismissed, and where to see what changed since', async () => {
    const { id } = await awaitingPull(store, { required: 3 });
    await headIs(head(1));
    for (const name of ['ada', 'bob']) await decideTask(store, viewerNamed(name), id, 'approve');
    await headIs(head(2));
    await store.db.query({
      text: 'UPDATE approvals SET stale_at = now(), votes_from = (SELECT max(id) FROM decisions)',
    });
    await decideTask(store, viewerNamed('bob'), id, 'approve');
    const [{ voidVotes }] = await nodes();
    expect(voidVotes).toEqual([
      {
        viewer: 'ada',
        headSha: head(1),
        compareUrl: `https://github.com/isle/light/compare/${head(1)}...${head(2)}`,
      },
    ]);
  });

  it('says of a gate which command runs, and of the rest that the task succeeds', async () => {
    const definition = planDefinition.parse({
      name: 'nightly',
      steps: [{ task: 'publish', gate: {}, inputs: { cmd: ['npm', 'publish'] } }],
    });
    await startRun(store, everything, { definition });
    await createTask(store, everything, { task: 'x', runId: 'x', status: 'awaiting_approval' });
    const texts = (await nodes()).map((one: { consequence: object }) => one.consequence);
    expect(texts).toMatchObject([
      { text: 'runs the command: npm publish', runs: 'npm publish', pullAction: null },
      { text: 'marks the task as succeeded' },
    ]);
  });

  it('says so where approving does not merge, because the pull request cannot be read', async () => {
    await awaitingPull(store, { onApprove: 'merge' });
    await store.db.query({ text: `UPDATE approvals SET pull_unreadable = 'GitHub answered 404'` });
    expect(await nodes()).toMatchObject([
      {
        consequence: { text: 'does not merge isle/light#7 and releases 1 step', pullAction: null },
        pullRequest: { detailsProblem: 'The server cannot read the pull request: GitHub answered 404.' },
      },
    ]);
  });

  it('has its host asked for a few that somebody opens, and for none in a list', async () => {
    for (let number = 1; number <= 7; number += 1)
      await createTask(store, everything, {
        task: `t${number}`,
        runId: 'r',
        status: 'awaiting_approval',
        outputsUri: `https://github.com/isle/light/pull/${number}`,
      });
    await headIs(head(1));
    await nodes();
    expect(opened).toEqual([]);
    await nodes('{ approvals { nodes { pullRequest { details(refresh: true) { title } } } } }');
    expect(opened.map(({ what, number }) => `${what} ${number}`)).toHaveLength(5);
    opened.length = 0;
    await nodes('{ approvals(first: 1) { nodes { pullRequest { files { seen } } } } }');
    expect(opened).toEqual([{ what: 'files', ...pull, number: 1, headSha: head(1) }]);
  });

  it('takes no more statements for many approvals than for one', async () => {
    const make = (number: number) =>
      createTask(store, everything, {
        task: `t${number}`,
        runId: 'r',
        status: 'awaiting_approval',
        outputsUri: `https://github.com/isle/light/pull/${number}`,
      });
    await make(1);
    await headIs(head(1));
    const one = await graphql.statementsOf(() => graphql.send(card));
    for (let number = 2; number <= 30; number += 1) await make(number);
    await headIs(head(1));
    expect(await graphql.statementsOf(() => graphql.send(card))).toBe(one);
  });
});
