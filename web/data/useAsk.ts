import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { ask } from './ask.ts';

/** How a question is asked. */
interface AskOptions {
  enabled?: boolean;
  /** Shows the answer to the question before while this one is asked. */
  keepLast?: boolean;
  /** Reads again every so many milliseconds while the tab is looked at, for what no event tells of. */
  everyMs?: number;
}

/** The key of a question among what was read, e.g. to read it again. */
export function keyOf<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
) {
  return [nameOf(document.toString()), variables] as const;
}

/** Reads something for a view. Live events have it read again: see `useLiveQuery`. */
export function useAsk<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  { enabled = true, keepLast = false, everyMs }: AskOptions = {},
): UseQueryResult<Result> {
  return useQuery<Result>({
    queryKey: keyOf(document, variables),
    queryFn: ({ signal }) => ask(document, variables, signal),
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
    ...(keepLast && { placeholderData: (last: unknown) => last as never }),
  });
}

function nameOf(text: string): string {
  return /(?:query|mutation) (\w+)/.exec(text)?.[1] ?? text;
}
