import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { waitLimitMs } from './hangLimit.ts';

/** What keeps the browser quiet and offline: any name but the server's address is unknown to it. */
export const launchArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Finds the browser of this machine. Some systems have a file of that name which only says what to install. */
export function findBrowser(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => spawnSync(path, ['--version'], { timeout: waitLimitMs }).status === 0);
}
