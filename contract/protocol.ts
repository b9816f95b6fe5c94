/** What programs and servers of this version say to each other; another number is another language. */
export const protocol = 3;

/** The header in which both say it, with every request and every answer. */
export const protocolHeader = 'x-nightshift-protocol';

/** The header with which a caller of GraphQL asks what its operation costs. */
export const costHeader = 'x-nightshift-cost';

/**
 * The header by which a page's script says that the cookie of its session is to count: with the page's secret where the
 * cookie alone proves nothing, else with `on`.
 */
export const sessionHeader = 'x-nightshift-session';

/** The name under which a page keeps the secret that it sends beside the cookie, in the storage of its own origin. */
export const pageSecretName = 'nightshift-session';

/** The number in a header; undefined for none, as of callers that are no program of ours. */
export function readProtocol(value: string | string[] | null | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
