import { isPlainHttp, plainHttpWarning } from '../contract/urls/plainHttp.ts';
import type { ServerConfig } from './config.ts';

/** Lists the keys of the server that leave it readable for everybody on the way, as sentences for the log. */
export function keysInTheClear({
  githubToken,
  githubAppKey,
  githubApiUrl,
  collector,
}: ServerConfig): string[] {
  const keys = [
    ...(githubToken === undefined ? [] : [['GITHUB_TOKEN', githubApiUrl] as const]),
    ...(githubAppKey === undefined ? [] : [['GITHUB_APP_KEY', githubApiUrl] as const]),
    ...(collector?.key === undefined ? [] : [['METRICS_KEY', collector.url] as const]),
  ];
  return keys.filter(([, url]) => isPlainHttp(url)).map(([what, url]) => plainHttpWarning(what, url));
}
