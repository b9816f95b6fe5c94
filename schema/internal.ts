/** Marks what only workers and schedules use: it goes with the version of the server, and no other caller needs it. */
export function internal(description: string): string {
  return `Internal, for workers: ${description}`;
}
