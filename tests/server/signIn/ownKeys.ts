import { send } from '../serve.ts';
import type { BrowserSession } from './browserSession.ts';

/** What making or rotating a key of one's own came to. */
export interface OwnKeyAnswer {
  __typename: string;
  message?: string;
  secret: string;
  key: { name: string; owner: string; madeBy: string; prefix: string; expiresAt: string | null };
}

/** Makes or rotates a key of a person, as a browser does where they are signed in. */
export async function changeOwnKey(
  { url }: { url: string },
  { headers }: Pick<BrowserSession, 'headers'>,
  change: 'createKey' | 'rotateKey',
  input: object,
): Promise<OwnKeyAnswer> {
  const type = change === 'createKey' ? 'CreateKeyInput' : 'RotateKeyInput';
  const query = `mutation ($input: ${type}!) {
    made: ${change}(input: $input) {
      __typename
      ... on Error { message }
      ... on MadeKey { secret key { name owner madeBy prefix expiresAt } }
    }
  }`;
  const json = { query, variables: { input: { ...input, person: true } } };
  const answer = await send(url, '/graphql', { method: 'POST', key: null, headers, json });
  return answer.json<{ data: { made: OwnKeyAnswer } }>().data.made;
}
