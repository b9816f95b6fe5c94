import type { IncomingMessage, ServerResponse } from 'node:http';

/** A check or a status as the server keeps it. */
export type StoredCheck =
  | { name: string; status: string; conclusion: string | null; isRequired?: boolean; permalink?: string }
  | { context: string; state: string; isRequired?: boolean; targetUrl?: string };

/** What only GraphQL tells of a pull request. */
export interface StoredDetails {
  title: string;
  isDraft: boolean;
  isCrossRepository: boolean;
  baseRefName: string;
  headRefName: string;
  additions: number;
  deletions: number;
  changedFiles: number;
  mergeable: string;
  mergeStateStatus: string;
  reviewDecision: string | null;
  labels: string[];
  latestReviews: { state: string; login: string | null }[];
  /** Null for none at all. */
  rollup: string | null;
  checks: StoredCheck[];
  files: { filename: string; additions: number; deletions: number }[];
  /** Workflows of GitHub Actions, as REST tells of them. */
  workflows: { name: string; status: string; conclusion: string | null; html_url: string }[];
  statuses: { context: string; state: string; target_url: string | null }[];
  /** What `mergeable` becomes once somebody has asked for it by REST. */
  becomes: string | null;
  /** The head commit that the query of checks tells of. @default that of the pull request */
  checksHead?: string;
}

/** A pull request, as far as this concerns it. */
interface DetailedPull {
  head: { sha: string };
  details: StoredDetails;
}

/** A server, as far as this concerns it. */
interface DetailsServer {
  pulls: Map<number, DetailedPull>;
  tokens: Set<string>;
  queries: string[];
  mayReadChecks: boolean;
  points: number;
  pageSize: number;
  fail: (
    request: string,
  ) => { status: number; headers?: Record<string, string>; message?: string } | undefined;
}

/** A small pull request that can be merged, without checks. */
export function newDetails(): StoredDetails {
  return {
    title: 'Tidy the lamp',
    isDraft: false,
    isCrossRepository: false,
    baseRefName: 'main',
    headRefName: 'tidy',
    additions: 120,
    deletions: 34,
    changedFiles: 6,
    mergeable: 'MERGEABLE',
    mergeStateStatus: 'CLEAN',
    reviewDecision: null,
    labels: [],
    latestReviews: [],
    rollup: null,
    checks: [],
    files: [],
    workflows: [],
    statuses: [],
    becomes: null,
  };
}

/** The fields of GitHub's schema that answers here have; a query that asks for another one is refused, as there. */
const known = new Set(
  `query owner repo number after name first last String Int rateLimit cost remaining resetAt repository pullRequest title isDraft isCrossRepository
  baseRefName headRefName headRefOid additions deletions changedFiles mergeable mergeStateStatus reviewDecision labels nodes
  latestOpinionatedReviews state author login commits commit oid statusCheckRollup contexts pageInfo hasNextPage endCursor __typename on
  CheckRun status conclusion permalink isRequired pullRequestNumber StatusContext context targetUrl`.split(
    /\s+/,
  ),
);

/** Answers a query of GraphQL. */
export async function answerGraphql(
  github: DetailsServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { query, variables } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
    query: string;
    variables: { owner: string; repo: string; number: number; after?: string };
  };
  const kind = query.includes('contexts') ? 'checks' : 'details';
  github.tokens.add(request.headers.authorization ?? '');
  github.queries.push(`${kind} ${variables.number}`);
  const send = (status: number, body: object, headers: Record<string, string> = {}) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  const failure = github.fail(`POST /graphql ${kind}`);
  if (failure?.status === 0) return void request.socket.destroy();
  if (failure && failure.status !== 200)
    return send(failure.status, { message: failure.message ?? 'said so' }, failure.headers);
  const refuse = (type: string, message: string) =>
    send(200, { data: { repository: null }, errors: [{ type, message }] }, failure?.headers);
  if (failure?.message !== undefined) return refuse('RATE_LIMITED', failure.message);
  const unknown = (query.match(/[A-Za-z_]\w*/g) ?? []).find((word) => !known.has(word));
  if (unknown !== undefined) return refuse('undefinedField', `Field '${unknown}' doesn't exist`);
  const pull = github.pulls.get(variables.number);
  if (pull === undefined || variables.owner !== 'isle')
    return refuse('NOT_FOUND', 'Could not resolve to a PullRequest.');
  if (kind === 'checks' && !github.mayReadChecks)
    return refuse('FORBIDDEN', 'Resource not accessible by personal access token');
  github.points -= 1;
  const rateLimit = { cost: 1, remaining: github.points, resetAt: '2099-01-01T00:00:00Z' };
  const pullRequest = kind === 'checks' ? checksOf(github, pull, variables.after) : detailsOf(pull);
  send(200, { data: { rateLimit, repository: { pullRequest } } });
}

function detailsOf({ head, details }: DetailedPull) {
  const { labels, latestReviews, rollup, checks: _, files: __, ...rest } = details;
  return {
    ...rest,
    headRefOid: head.sha,
    labels: { nodes: labels.map((name) => ({ name })) },
    latestOpinionatedReviews: {
      nodes: latestReviews.map(({ state, login }) => ({ state, author: login === null ? null : { login } })),
    },
    commits: { nodes: [{ commit: { statusCheckRollup: rollup === null ? null : { state: rollup } } }] },
  };
}

function checksOf({ pageSize }: DetailsServer, { head, details }: DetailedPull, after = '0') {
  const from = Number(after);
  const nodes = details.checks.slice(from, from + pageSize).map((check) => ({
    __typename: 'name' in check ? 'CheckRun' : 'StatusContext',
    isRequired: false,
    permalink: null,
    targetUrl: null,
    ...check,
  }));
  const hasNextPage = details.checks.length > from + pageSize;
  const contexts = { pageInfo: { hasNextPage, endCursor: String(from + pageSize) }, nodes };
  const oid = details.checksHead ?? head.sha;
  const statusCheckRollup = details.checks.length === 0 ? null : { contexts };
  return { headRefOid: oid, commits: { nodes: [{ commit: { oid, statusCheckRollup } }] } };
}

/** Answers what REST tells of the workflows and statuses of a head commit. */
export function answerCommit(
  github: DetailsServer,
  name: string,
  url: URL,
): { status: number; data: unknown } | undefined {
  const [, status] = /^GET \/commits\/(\w+)\/status$/.exec(name) ?? [];
  const sha = name === 'GET /actions/runs' ? url.searchParams.get('head_sha') : status;
  const pull = [...github.pulls.values()].find(({ head }) => head.sha === sha);
  if (pull === undefined) return undefined;
  const { workflows, statuses } = pull.details;
  return status === undefined
    ? { status: 200, data: { total_count: workflows.length, workflow_runs: workflows } }
    : { status: 200, data: { total_count: statuses.length, statuses } };
}
