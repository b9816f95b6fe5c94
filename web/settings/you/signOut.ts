import { pageSecretName, sessionHeader } from '../../../contract/protocol.ts';
import { basePath } from '../../data/base.ts';
import { keep, readKept } from '../../data/kept.ts';

/** Signs this browser out, or whoever it is everywhere, and leads to where one signs in. Says whether that went well. */
export async function signOut(everywhere: boolean): Promise<boolean> {
  try {
    const { ok } = await fetch(`${basePath}sign-out`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        [sessionHeader]: readKept(pageSecretName) ?? 'on',
      },
      body: everywhere ? 'everywhere=yes' : '',
    });
    if (!ok) return false;
    keep(pageSecretName, undefined);
    window.location.assign(`${basePath}sign-in`);
    return true;
  } catch {
    return false;
  }
}
