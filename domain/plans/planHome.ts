import * as z from 'zod';
import { name } from '../../contract/input/text.ts';
import { expectedProject, planLabel, projectPattern } from '../../contract/projectName.ts';
import type { Queryable } from '../../database/database.ts';
import { col, statement } from '../../database/statement.ts';
import { PlanElsewhereError } from './errors.ts';
import type { PlanKey } from './planKey.ts';

/** Whose a plan is and where its file stands, as whoever has the file says. It is no part of the plan's content. */
export const planHome = z.object({
  /** Such as `acme/site`. */
  project: z.string().regex(projectPattern, expectedProject),
  /** Whether nobody named the project, and it is the name of a package or a folder. */
  isGuessed: z.boolean().default(false),
  /** The path of the plan file in its repository, with `/` between the parts. */
  path: name(1024).nullish(),
  /** The path that it was moved from: no file of the repository holds the plan there any more. */
  movedFrom: name(1024).nullish(),
});
export type PlanHome = z.output<typeof planHome>;

/**
 * Refuses a plan whose project has one of this name at another path of its repository, unless it was moved from there, or
 * that file was found to hold another plan since.
 * @throws PlanElsewhereError
 */
export async function refuseOtherPath(
  db: Queryable,
  { project, name, path, movedFrom }: PlanHome & PlanKey,
): Promise<void> {
  const [latest] = await db.query(pathOfPlan(name, project));
  if (latest === undefined || path == null || latest.path === path || latest.path === movedFrom) return;
  throw new PlanElsewhereError(planLabel({ project, name }), latest.path, path);
}

const pathOfPlan = statement({
  name: 'path_of_plan',
  text: `SELECT path FROM plans own WHERE name = $1 AND project = $2 AND path IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM plans other WHERE other.project = own.project AND other.path = own.path
          AND other.name <> own.name AND other.registered_at > own.registered_at)
      ORDER BY registered_at DESC LIMIT 1`,
  row: { path: col.text.sure },
});
