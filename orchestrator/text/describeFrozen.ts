/** Says who froze a server and why, and how it is thawed. */
export function describeFrozen({ by, since, why }: { by: string; since: string; why: string }): string {
  const when = `${since.slice(0, 16).replace('T', ' ')} UTC`;
  return `The server is frozen by ${by} since ${when}: ${why}. Nothing starts until "nightshift thaw".`;
}
