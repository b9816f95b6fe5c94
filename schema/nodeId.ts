import { ownValue } from '../contract/ownValue.ts';
import { InvalidInputError } from '../domain/input/errors.ts';
import { nodeKinds } from './nodeKinds.ts';

/** A global id, read. */
export interface NodeKey {
  typename: string;
  id: string;
}

/** Longer than any id that is given. */
const maxIdLength = 2048;

/** Writes the opaque global id of a node. */
export function encodeNodeId(typename: string, id: string | number | bigint): string {
  return Buffer.from(`${typename}:${id}`).toString('base64url');
}

/**
 * Reads a global id, which names a type and its key.
 * @throws InvalidInputError when this server never gave it
 */
export function decodeNodeId(id: string): NodeKey {
  const text = id.length > maxIdLength ? '' : Buffer.from(id, 'base64url').toString();
  const colon = text.indexOf(':');
  const [typename, key] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)];
  if (ownValue(nodeKinds, typename)?.isKey(key)) return { typename, id: key };
  const message = `expected an id that this server returned, got ${JSON.stringify(id.slice(0, 80))}`;
  throw new InvalidInputError([{ path: ['id'], message, type: 'invalid_id' }]);
}
