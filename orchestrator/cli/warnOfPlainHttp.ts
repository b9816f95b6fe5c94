import type { KeySource } from '../../client/index.ts';
import { isPlainHttp, plainHttpWarning } from '../../contract/urls/plainHttp.ts';

let wasSaid = false;

/** Warns once a process that a key is about to be sent where others can read it. */
export function warnOfPlainHttp(
  url: string,
  apiKey: KeySource | undefined,
  print: (text: string) => void,
): void {
  if (wasSaid || apiKey === undefined || !isPlainHttp(url)) return;
  wasSaid = true;
  print(`warning: ${plainHttpWarning('API_KEY', url)}`);
}
