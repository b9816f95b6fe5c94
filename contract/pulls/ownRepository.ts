import { type Repository, repositoryOf } from './pullLinks.ts';

/** The repository that a step's pull requests are of. */
export interface OwnRepository {
  /** Null where none is known. */
  own: Repository | null;
  /** Whether the step names it: then pull requests of others are not what it made. */
  isNamed: boolean;
  /** Why it is not the one that its worker came with. */
  remark?: string;
}

/**
 * Says whose the pull requests of a step are: of the repository that it names (`owner/name`), on the host of its checkout
 * where GitHub is there, else of the repository that its checkout came from.
 */
export function ownRepositoryOf(
  { origin, repo }: { origin: string | undefined; repo: string | undefined },
  hosts: readonly string[],
): OwnRepository {
  const found = origin === undefined ? undefined : repositoryOf(origin);
  if (repo === undefined) return { own: found ?? null, isNamed: false };
  const [usual = 'github.com'] = hosts;
  const host = found && hosts.includes(found.host) ? found.host : usual;
  return { own: repositoryOf(`https://${host}/${repo}`) ?? null, isNamed: true };
}
