import { isToken, type SignedTokens } from './checkedTokens.ts';

/** Has tokens of two kinds count: those that one of these issuers signed, by their own word, and all others. */
export function eitherTokens(
  issuers: readonly string[],
  theirs: SignedTokens,
  others: SignedTokens,
): SignedTokens {
  const isTheirs = (key: string) => issuers.some((issuer) => issuer === issuerIn(key));
  return {
    recognise(keys) {
      const [one, other] = [
        theirs.recognise(keys.filter(isTheirs)),
        others.recognise(keys.filter((key) => !isTheirs(key))),
      ];
      return one && other ? Promise.all([one, other]) : (one ?? other);
    },
    find: (key) => (isTheirs(key) ? theirs : others).find(key),
  };
}

/** Reads which issuer a token names, which nobody has checked. */
function issuerIn(key: string): unknown {
  if (!isToken(key)) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(key.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null && 'iss' in claims ? claims.iss : undefined;
  } catch {
    return undefined;
  }
}
