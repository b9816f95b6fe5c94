import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../context.ts';
import type { SavedSession } from '../sessionFile.ts';
import { askDevice, beginDevice } from './signInServer.ts';

/**
 * Signs a command line in at the page of the server's issuer, which its user opens wherever they have a browser; undefined
 * where the server has no issuer that can. @throws UserError
 */
export async function deviceLogin(
  server: string,
  print: (text: string) => void,
): Promise<SavedSession | undefined> {
  const begun = await beginDevice(server);
  if (begun === undefined) return undefined;
  const { device_code, user_code, verification_uri, verification_uri_complete, expires_in } = begun;
  const short = verification_uri_complete === undefined ? '' : `\nor ${verification_uri_complete}`;
  print(
    `Open ${verification_uri} in any browser, on any device, and enter the code ${user_code},${short}\nWaiting …`,
  );
  const endsAt = performance.now() + expires_in * 1000;
  for (let { interval } = begun; performance.now() < endsAt; ) {
    await wait(interval * 1000);
    const answer = await askDevice(server, device_code);
    if (typeof answer !== 'number') return answer;
    interval += answer;
  }
  throw new UserError('Nobody signed in in time. Run "nightshift login" again.');
}
