import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';

/** A project as the server knows it. */
export interface Project {
  /** Such as `acme/site`. */
  name: string;
  /** What the ids of its runs begin with, unless they are given; empty for the first project of the server. */
  prefix: string;
}

/** Lets whoever changes which project has what stand in line until the transaction has ended. */
export async function lineForProjects(tx: Queryable): Promise<void> {
  await tx.query(lineForProjectsSql());
}

const lineForProjectsSql = statement({
  name: 'line_for_projects',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('nightshift projects', 0))`,
});

/** Makes a project known, within a transaction that stands in line for it; its prefix stays what it was first. */
export async function knowProject(tx: Queryable, name: string, isGuessed: boolean): Promise<Project> {
  const [known] = await tx.query(knowProjectSql(name, isGuessed));
  if (known) return known;
  const taken = await tx.query(prefixes());
  const prefix = freePrefix(name, new Set(taken.map((one) => one.prefix)));
  await tx.query(addProject(name, prefix, isGuessed));
  return { name, prefix };
}

const knowProjectSql = statement({
  name: 'know_project',
  text: 'UPDATE projects SET is_guessed = is_guessed AND $2 WHERE name = $1 RETURNING name, prefix',
  row: { name: col.text, prefix: col.text },
});

const prefixes = statement({
  name: 'prefixes',
  text: 'SELECT prefix FROM projects',
  row: { prefix: col.text },
});

const addProject = statement({
  name: 'add_project',
  text: 'INSERT INTO projects (name, prefix, is_guessed) VALUES ($1, $2, $3)',
});

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
