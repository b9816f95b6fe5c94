/** For whom work is: those who take the tasks of a scope and have all of some labels. */
export interface WorkKind {
  scope: string;
  labels: readonly string[];
}

/** Work that came up: so many jobs of one kind. */
export interface NewWork extends WorkKind {
  count: number;
}

/** Gives a text by which a kind of work is known, in whatever order its labels are named. */
export function kindKey({ scope, labels }: WorkKind): string {
  return JSON.stringify([scope, ...[...labels].sort()]);
}
