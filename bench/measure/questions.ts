import { writeRequest } from './request.ts';

/** The filters and the cursor of a page, by the names that REST has for them; lists are repeated. */
export type PageParameters = Record<string, string | readonly string[]>;

/** Asks for a page of 50 over REST. */
export function restPage(parameters: PageParameters, headers?: Readonly<Record<string, string>>): Buffer {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of [value].flat()) query.append(name, item);
  }
  return writeRequest('GET', `/agents/tasks/paged?${query}`, undefined, headers);
}

/** Asks for a page of 50 nodes with ten fields each over GraphQL. */
export function pageQuery(variables: { after?: string; filter?: Record<string, unknown> }): Buffer {
  return writeRequest('POST', '/graphql', { query: pageOperation, variables });
}

/** Asks for all figures of some days over GraphQL. */
export function trendsQuery(variables: { since: string; until: string; timezone: string }): Buffer {
  return writeRequest('POST', '/graphql', { query: trendsOperation, variables });
}

const trendsOperation = `query Trends($since: DateTime, $until: DateTime, $timezone: String) {
  trends(since: $since, until: $until, timezone: $timezone) {
    days { since succeeded failed awaitingApproval skipped open }
    steps(first: 20, orderBy: SLOWING) {
      nodes { plan task succeeded failed recovered turns successRate p50Ms p95Ms p50Growth isSlowing isFlaky }
      totalCount
    }
    decisions { approved rejected expired acceptanceRate p50Ms p95Ms }
  }
}`;

const pageOperation = `query Page($after: String, $filter: TaskFilter) {
  tasks(first: 50, after: $after, filter: $filter) {
    nodes { id task runId status startedAt finishedAt durationMs outputsUri logExcerpt approvalState }
    pageInfo { hasNextPage endCursor }
  }
}`;
