import { type Repository, repositoryOf } from '../../contract/pullLinks.ts';
import type { Queryable } from '../../prisma/database/database.ts';
import type { GithubRules } from '../pulls/githubRules.ts';

/** The repository that a step's pull requests are of. */
export interface OwnRepository {
  /** Null where none is known. */
  own: Repository | null;
  /** Whether the step names it: then pull requests of others are not what it made. */
  isNamed: boolean;
  /** Why it is not the one that its worker came with. */
  remark?: string;
}

/** What an attempt came with. */
export interface AttemptSource {
  origin: string | null;
  repo: string | null;
}

/**
 * Finds the repository of a step: the one that it names, else the one that its worker's checkout came from. The first that
 * a plan came with stays, since a step can rewrite its checkout's settings; another counts once an admin has said so.
 */
export async function readOwnRepository(
  tx: Queryable,
  plan: string,
  { origin, repo }: AttemptSource,
  { hosts }: GithubRules,
): Promise<OwnRepository> {
  const trusted = origin === null ? [] : await readOrigins(tx, plan);
  const isTrusted = origin !== null && trusted.includes(origin);
  const known = isTrusted ? origin : trusted[0];
  const found = known === undefined ? undefined : repositoryOf(known);
  const [usual = 'github.com'] = hosts;
  if (repo !== null) {
    const host = found && hosts.includes(found.host) ? found.host : usual;
    return { own: repositoryOf(`https://${host}/${repo}`) ?? null, isNamed: true };
  }
  if (origin === null || isTrusted) return { own: found ?? null, isNamed: false };
  const remark = `its worker works in a checkout of ${origin}, and the plan ${plan} belongs to ${known ?? 'no repository'}: if that has changed, an admin says so with "nightshift plan trust ${plan} ${origin}"`;
  return { own: found ?? null, isNamed: false, remark };
}

/** Reads the repositories that the work of a plan belongs to. */
export async function readOrigins(db: Queryable, plan: string): Promise<string[]> {
  const [said] = await db.query<{ origins: string[] }>({
    name: 'origins_of_plan',
    text: 'SELECT origins FROM plan_origins WHERE plan = $1 ORDER BY id DESC LIMIT 1',
    values: [plan],
  });
  return said?.origins ?? [];
}
