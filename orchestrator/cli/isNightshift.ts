import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { hasUserInfo } from '../../contract/urls/userInfo.ts';

/**
 * Says whether a Nightshift server answers at an address. Where nobody does, or somebody stands before it, it may be one,
 * and counts as such; what answers otherwise is something else.
 */
export async function isNightshift(address: string): Promise<boolean> {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address) || hasUserInfo(address)) return false;
  const url = `${trimEndOf(trimEndOf(address, '/').replace(/\/graphql$/, ''), '/')}/ready`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs), redirect: 'manual' });
    const body: unknown = await answer.json().catch(() => undefined);
    if (typeof body === 'object' && body !== null && 'ok' in body && 'checks' in body) return true;
    const { status } = answer;
    return status >= 500 || status === 401 || status === 403 || (status >= 300 && status < 400);
  } catch {
    return true;
  }
}

const answerWithinMs = 3000;
