/** One page of a connection. */
export interface PageOf<N> {
  nodes: N[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Which page to read: its size, and the cursor that it follows. */
export interface NextPage {
  first: number;
  after: string | undefined;
}

/**
 * Yields every node of a connection, page after page; the next page is read only when it is asked for, so a reader
 * that stops early costs no further request.
 */
export async function* walk<N>(
  read: (page: NextPage) => Promise<PageOf<N>>,
  pageSize = 100,
): AsyncGenerator<N, void, undefined> {
  let after: string | undefined;
  for (;;) {
    const { nodes, pageInfo } = await read({ first: pageSize, after });
    yield* nodes;
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
    after = pageInfo.endCursor;
  }
}
