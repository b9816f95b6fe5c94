import { githubAddressOf } from '../../contract/pulls/pullLinks.ts';
import { type GithubPeople, knowGithubPeople } from '../../domain/access/githubPeople.ts';
import type { Store } from '../../domain/store.ts';
import type { ServerConfig } from '../config.ts';
import { repeatedly } from '../repeatedly.ts';

/** What is known of the people behind accounts of GitHub, for as long as a server runs. */
export interface KnownGithubPeople extends GithubPeople {
  stop(): Promise<void>;
}

/** How often they are read again, in milliseconds: who was removed, or linked, is known within it. */
const everyMs = 4000;

/** Reads the people behind accounts of GitHub, and again while people sign in by it. */
export async function openGithubPeople(
  db: Store['db'],
  config: Pick<ServerConfig, 'githubApiUrl' | 'githubUsers' | 'githubSignIn'>,
  onFault: (error: unknown) => void,
): Promise<KnownGithubPeople> {
  const { githubApiUrl, githubUsers: mapped, githubSignIn } = config;
  const people = knowGithubPeople(db, {
    issuer: githubAddressOf(githubApiUrl),
    mapped,
    isBesideIssuer: githubSignIn?.isBesideIssuer ?? false,
  });
  await people.refresh();
  const refreshes = githubSignIn && repeatedly(people.refresh, everyMs, onFault);
  return { ...people, stop: async () => refreshes?.stop() };
}
