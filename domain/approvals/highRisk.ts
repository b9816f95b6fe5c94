import { isFresh } from '../access/freshProof.ts';
import type { Decider } from '../input/viewer.ts';
import { reasonsForNoPerson } from './people.ts';

/**
 * Says why somebody may not approve what is of high risk, and what to do so that it counts: it takes a person, who has
 * signed in just now, brings a key of their own, is signed in by the proxy, or has reviewed or merged on GitHub.
 */
export function whyNotForHighRisk(
  { id, kind, proof, session }: Pick<Decider, 'id' | 'kind' | 'proof' | 'session'>,
  now = Date.now(),
): string | undefined {
  if (kind !== 'person')
    return `its risk is high, so a person must approve it, and ${reasonsForNoPerson[kind](id, ways)}`;
  if (session === undefined)
    return proof !== undefined && alone.has(proof)
      ? undefined
      : `its risk is high, so the link alone is not enough, nor is it with a key that several people may share. ${ways}`;
  if (session.client !== 'browser')
    return 'its risk is high, so a sign-in of the command line is not enough. Approve it in a browser, within 10 minutes after you have signed in there (/sign-in/issuer?fresh=1), or send a key of your own as API_KEY.';
  if (isFresh(session, now)) return undefined;
  if (proof === 'github')
    return `its risk is high, and GitHub does not prove when you signed in. Review the pull request on GitHub.`;
  const unknown =
    session.provedAt === undefined ? ', and your issuer did not say when you proved who you are' : '';
  return `its risk is high, so you must have signed in within the last 10 minutes${unknown}. ${inBrowser}`;
}

/** What proves a person at the very moment of the decision. */
const alone: ReadonlySet<NonNullable<Decider['proof']>> = new Set(['key', 'proxy', 'host']);

const inBrowser = 'Sign in again: /sign-in/issuer?fresh=1. A key of your own counts too.';

const ways =
  'Decide as a person: sign in within the last 10 minutes (/sign-in/issuer?fresh=1) or through a proxy (TRUSTED_PROXY), use a key of your own, or review on GitHub with a login from GITHUB_USERS.';
