import { NoKeyOfMomentError } from '../../client/index.ts';
import type { Variables } from '../../contract/environment/environment.ts';
import { ownValue } from '../../contract/ownValue.ts';

/** A token is minted anew when so little of its time is left, in milliseconds: a call with it may be retried. */
const marginMs = 60_000;
const timeoutMs = 10_000;

/**
 * Makes what gives the token of a run of GitHub Actions for a server, a new one before the last ends; undefined where the
 * workflow has no permission for tokens (`id-token: write`), or this is none.
 */
export function actionsToken(variables: Variables, audience: string): (() => Promise<string>) | undefined {
  const [url, secret] = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'].map((name) =>
    ownValue(variables, name)?.trim(),
  );
  if (!url || !secret || !URL.canParse(url)) return undefined;
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  let token: { text: string; endsAt: number } | undefined;
  let minting: Promise<string> | undefined;
  return async () => {
    if (token !== undefined && token.endsAt - Date.now() > marginMs) return token.text;
    minting ??= mint().finally(() => {
      minting = undefined;
    });
    return minting;
  };

  async function mint(): Promise<string> {
    const text = await ask(asked, secret ?? '');
    token = { text, endsAt: endOf(text) };
    return text;
  }
}

async function ask(url: URL, secret: string): Promise<string> {
  const headers = { authorization: `Bearer ${secret}`, accept: 'application/json' };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) });
  const { value } = response.ok ? ((await response.json()) as { value?: unknown }) : {};
  if (typeof value === 'string') return value;
  throw new NoKeyOfMomentError(
    `GitHub Actions gave no token for the server (status ${response.status}). Give the job the permission "id-token: write", or set API_KEY.`,
  );
}

/** When a token ends, in milliseconds since the epoch; of one that does not say so it is taken to have ended. */
function endOf(token: string): number {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
      exp?: unknown;
    };
    return typeof exp === 'number' ? exp * 1000 : 0;
  } catch {
    return 0;
  }
}
