import { type Edge, type Page, type PageArguments, pageSize } from '../domain/input/page.ts';
import type { Context } from './context.ts';

/** The most that `totalCount` counts. */
export const maxTotalCount = 10_000;

/** Reads a page as a connection, after its size was counted against what one request may ask for. */
export async function connect<N>(
  context: Context,
  page: PageArguments,
  read: (page: PageArguments) => Promise<Page<N>>,
  countAll: () => Promise<number>,
) {
  const { first, last } = page;
  context.spendNodes(Math.max(0, first ?? last ?? pageSize.default));
  const { edges, hasNextPage, hasPreviousPage } = await read(page);
  return { edges, pageInfo: new PageInfo(edges, hasNextPage, hasPreviousPage), countAll };
}

/** Asks for what lies beyond the page only when that is selected. */
class PageInfo {
  readonly #edges: Edge<unknown>[];
  readonly #next: () => Promise<boolean>;
  readonly #previous: () => Promise<boolean>;

  constructor(edges: Edge<unknown>[], next: () => Promise<boolean>, previous: () => Promise<boolean>) {
    this.#edges = edges;
    this.#next = next;
    this.#previous = previous;
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? null;
  }

  /** GraphQL awaits it; the relay plugin's type knows only the awaited value. */
  get hasNextPage(): boolean {
    return this.#next() as unknown as boolean;
  }

  get hasPreviousPage(): boolean {
    return this.#previous() as unknown as boolean;
  }
}
