import { type Page, type PageArguments, pageSize } from '../domain/input/page.ts';
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
  const found = await read(page);
  return { edges: found.edges, pageInfo: new PageInfo(found), countAll };
}

/** Asks for what lies beyond the page only when that is selected. */
class PageInfo {
  readonly #page: Page<unknown>;

  constructor(page: Page<unknown>) {
    this.#page = page;
  }

  get startCursor(): string | null {
    return this.#page.reach?.start ?? this.#page.edges[0]?.cursor ?? null;
  }

  get endCursor(): string | null {
    return this.#page.reach?.end ?? this.#page.edges.at(-1)?.cursor ?? null;
  }

  /** GraphQL awaits it; the relay plugin's type knows only the awaited value. */
  get hasNextPage(): boolean {
    return this.#page.hasNextPage() as unknown as boolean;
  }

  get hasPreviousPage(): boolean {
    return this.#page.hasPreviousPage() as unknown as boolean;
  }
}
