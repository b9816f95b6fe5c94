import { platform } from 'node:os';
import { execa } from 'execa';
import type { Variables } from '../../../contract/environment/environment.ts';
import { ownValue } from '../../../contract/ownValue.ts';

/** Says whether a browser of this user can show a page here; nobody sees one that opens at the other end of SSH. */
export function hasBrowser(variables: Variables, system: NodeJS.Platform = platform()): boolean {
  const has = (name: string) => Boolean(ownValue(variables, name)?.trim());
  if (has('SSH_CONNECTION') || has('SSH_TTY') || has('CI')) return false;
  return system === 'darwin' || system === 'win32' || has('DISPLAY') || has('WAYLAND_DISPLAY');
}

/** Asks the system to open an address in the browser; where that fails, whoever reads the address opens it. */
export async function openBrowser(url: string, system: NodeJS.Platform = platform()): Promise<void> {
  const [program, ...args] = openerOf(system);
  await execa(program, [...args, url], { stdio: 'ignore', reject: false, timeout: 10_000 });
}

/** Programs that take the address as an argument of their own, which no shell reads. */
function openerOf(system: NodeJS.Platform): [program: string, ...args: string[]] {
  if (system === 'darwin') return ['open'];
  return system === 'win32' ? ['rundll32.exe', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}
