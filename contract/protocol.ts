/** What programs and servers of this version say to each other; another number is another language. */
export const protocol = 3;

/** The header in which both say it, with every request and every answer. */
export const protocolHeader = 'x-nightshift-protocol';

/** The header with which a caller of GraphQL asks what its operation costs. */
export const costHeader = 'x-nightshift-cost';

/** The number in a header; undefined for none, as of callers that are no program of ours. */
export function readProtocol(value: string | string[] | null | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
