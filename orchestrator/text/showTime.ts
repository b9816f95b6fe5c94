/** Writes a time to the second, in UTC. */
export function showTime(time: string | Date | null): string {
  return time === null ? '' : `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
