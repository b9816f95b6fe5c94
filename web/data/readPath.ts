import { pageSecretName, sessionHeader } from '../../contract/protocol.ts';
import { basePath } from './base.ts';
import { readKept } from './kept.ts';

/** Reads an address of the server beside GraphQL, such as `ready`, as whoever is signed in. */
export function readPath(path: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${basePath}${path}`, {
    headers: { [sessionHeader]: readKept(pageSecretName) ?? 'on' },
    ...(signal && { signal }),
  });
}
