import { InvalidInputError } from '../domain/errors.ts';
import { maxInteger } from '../domain/tasks/input.ts';

/** Writes the opaque global id of a node. */
export function encodeNodeId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/**
 * Reads a global id, which names a type and its key.
 * @throws InvalidInputError when this server never gave it
 */
export function decodeNodeId(id: string): { typename: string; id: string } {
  const text = Buffer.from(id, 'base64url').toString();
  const match = /^(Task|Run):([^\0]{1,64})$/su.exec(text);
  const [, typename, key] = match ?? [];
  if (typename === undefined || key === undefined || !isKey(typename, key)) {
    const message = `expected an id that this server gave, got ${JSON.stringify(id.slice(0, 80))}`;
    throw new InvalidInputError([{ path: ['id'], message, type: 'invalid_id' }]);
  }
  return { typename, id: key };
}

function isKey(typename: string, key: string): boolean {
  if (typename === 'Run') return true;
  return /^[1-9]\d{0,9}$/.test(key) && Number(key) <= maxInteger;
}
