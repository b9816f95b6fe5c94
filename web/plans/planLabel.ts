/** How a plan is named: `nightly`, of a project `acme/site:nightly`. */
export function labelOf({ plan, project }: { plan: string; project: string | null }): string {
  return project === null ? plan : `${project}:${plan}`;
}

/** Where a plan is shown. */
export function pathOf(plan: { plan: string; project: string | null }): string {
  return `/plans/${encodeURIComponent(labelOf(plan))}`;
}
