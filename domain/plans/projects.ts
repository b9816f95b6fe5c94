import type { Queryable } from '../../database/database.ts';

/** A project as the server knows it. */
export interface Project {
  /** Such as `acme/site`. */
  name: string;
  /** What the ids of its runs begin with, unless they are given; empty for the first project of the server. */
  prefix: string;
}

/** Lets whoever changes which project has what stand in line until the transaction has ended. */
export async function lineForProjects(tx: Queryable): Promise<void> {
  await tx.query({
    name: 'line_for_projects',
    text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift projects', 0))`,
  });
}

/** Makes a project known, within a transaction that stands in line for it; its prefix stays what it was first. */
export async function knowProject(tx: Queryable, name: string, isGuessed: boolean): Promise<Project> {
  const [known] = await tx.query<Project>({
    name: 'know_project',
    text: 'UPDATE projects SET is_guessed = is_guessed AND $2 WHERE name = $1 RETURNING name, prefix',
    values: [name, isGuessed],
  });
  if (known) return known;
  const taken = await tx.query<{ prefix: string }>({ name: 'prefixes', text: 'SELECT prefix FROM projects' });
  const prefix = freePrefix(name, new Set(taken.map((one) => one.prefix)));
  await tx.query({
    name: 'add_project',
    text: 'INSERT INTO projects (name, prefix, is_guessed) VALUES ($1, $2, $3)',
    values: [name, prefix, isGuessed],
  });
  return { name, prefix };
}

/** None for the first project; else the last part of its name, with a number where another project has that. */
function freePrefix(project: string, taken: ReadonlySet<string>): string {
  if (taken.size === 0) return '';
  const last = project.slice(project.lastIndexOf('/') + 1).replace(/[^A-Za-z0-9._-]+/g, '-');
  const stem = last.replace(/^[^A-Za-z0-9]+/, '').slice(0, maxStem) || 'project';
  for (let number = 1; ; number += 1) {
    const prefix = number === 1 ? stem : `${stem}-${number}`;
    if (!taken.has(prefix)) return prefix;
  }
}

/** With a number of five digits it still fits. */
const maxStem = 18;
