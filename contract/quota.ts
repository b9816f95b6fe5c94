/** How much of something a caller may have, and how much is left of it. */
export interface Quota {
  /** Names the limit, the same with every answer. */
  policy: string;
  limit: number;
  remaining: number;
  /** The time that the limit is for, in seconds; without one it is for what is held at once. */
  windowSeconds?: number;
  /** In how many seconds the whole of it is free again. */
  resetSeconds?: number;
}

/**
 * Writes a quota as the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11, structured
 * fields of RFC 9651).
 */
export function quotaHeaders({ policy, limit, remaining, windowSeconds, resetSeconds }: Quota): {
  'ratelimit-policy': string;
  ratelimit: string;
} {
  const unit = windowSeconds === undefined ? ';qu="concurrent-requests"' : `;w=${windowSeconds}`;
  const reset = resetSeconds === undefined ? '' : `;t=${resetSeconds}`;
  return {
    'ratelimit-policy': `"${policy}";q=${limit}${unit}`,
    ratelimit: `"${policy}";r=${Math.max(0, remaining)}${reset}`,
  };
}

/** The headers of an answer that refuses somebody who has used up a quota (RFC 9110, 10.2.3 for `Retry-After`). */
export function refusalHeaders(quota: Quota): Record<string, string> {
  return { 'retry-after': String(quota.resetSeconds ?? 5), ...quotaHeaders(quota) };
}
