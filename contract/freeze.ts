/** That nothing starts on a server until somebody thaws it. */
export interface Freeze {
  /** An ISO 8601 time in UTC. */
  since: string;
  by: string;
  why: string;
}

/** Says who froze a server, and why: `frozen by ann@example.org since 2025-01-15 02:30 UTC: release`. */
export function describeFreeze({ since, by, why }: Freeze): string {
  return `frozen by ${by} since ${since.slice(0, 16).replace('T', ' ')} UTC: ${why}`;
}
