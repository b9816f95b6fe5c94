import * as z from 'zod';
import { composedName, identityKey } from '../../contract/people/identityKey.ts';
import { channelNames } from '../../contract/words/notifications.ts';
import { reservedIds } from '../../domain/input/viewer.ts';
import { listOf, minKeyLength } from './settings.ts';

/** What GitHub signs its events with; whoever guesses it can say anything of any pull request. */
export const githubSecret = z
  .string()
  .trim()
  .min(minKeyLength, {
    error: `expected at least ${minKeyLength} characters. Make one with: openssl rand -hex 24`,
  });

/** Who logins of GitHub are here, e.g. `octocat=ann@example.org, bot=robot@example.org`; by the login as it is compared. */
export const githubUsers = listOf(
  z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]*(\[bot\])?=[^\s=]{1,128}$/, {
      error: 'expected login=viewer pairs such as octocat=ann@example.org, commas between them',
    })
    .refine((pair) => !isReserved(pair.slice(pair.indexOf('=') + 1)), {
      error: `expected a person for each login; ${reservedIds.join(', ')}, channels, github:, group: and service: stand for no person`,
    }),
).transform(
  (pairs) =>
    new Map(
      pairs.map((pair) => {
        const [login = '', viewer = ''] = pair.split('=');
        return [identityKey(login), composedName(viewer)] as const;
      }),
    ),
);

function isReserved(viewer: string): boolean {
  const name = identityKey(viewer);
  return [...reservedIds, ...channelNames].includes(name) || /^(github|group|service):/.test(name);
}

/** Repositories in which GitHub may decide, e.g. `acme/site, acme/*, github.example.org/ops/tools`; in lower case. */
export const githubRepositories = listOf(
  z.string().regex(/^(?:[A-Za-z0-9.-]+(?::\d{1,5})?\/)?[\w.-]{1,100}\/(?:[\w.-]{1,100}|\*)$/, {
    error:
      'expected repositories such as acme/site, acme/* or github.example.org/acme/site, commas between them',
  }),
).transform((names) => names.map((one) => one.toLowerCase()));
