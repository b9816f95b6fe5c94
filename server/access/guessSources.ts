import type { FailureSource } from '../../domain/access/failedCredentials.ts';
import { networkOf } from '../../domain/input/network.ts';

/** The beginning of an API key, which lists and logs show: `nsk_` and eight more characters. */
const keyPrefix = /^nsk_[0-9A-Za-z]{8}/;

/** Gives what a sign-in that begins is counted by. */
export function startSources(address: string | undefined): FailureSource[] {
  return [{ kind: 'sign_in', source: networkOf(address).slice(0, 128) }];
}

/** Gives what a wrong key is counted by: where it came from, and how it begins where it looks like an API key. */
export function guessSources(address: string | undefined, keys: readonly string[]): FailureSource[] {
  const prefixes = keys.flatMap((key) => keyPrefix.exec(key)?.[0] ?? []);
  return [
    { kind: 'network', source: networkOf(address).slice(0, 128) },
    ...[...new Set(prefixes)].map((source) => ({ kind: 'key_prefix' as const, source })),
  ];
}
